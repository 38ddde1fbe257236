"""Reads a bundle from standard input with the validator and the library of OASIS and prints what they
say of it, as JSON.

    pip install stix2-validator stix2
    stix.py < bundle.stix.json
"""

import collections
import json
import re
import sys
import uuid

import stix2
import stix2validator
from stix2.canonicalization.Canonicalize import canonicalize

OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")

# What is known and meant: a UUID of version 5 where one of chance is advised, and the addresses of pages,
# whose content nobody vouches for with a hash.
KNOWN = {
    "uuid": re.compile(r"Given ID value [a-z-]+--\S{14}5\S{21} is not a valid UUIDv4 ID"),
    "url": re.compile(r"External reference 'mitre-atlas' has a URL but no hash"),
}

text = sys.stdin.read()
bundle = json.loads(text)
objects = bundle["objects"]

# Every check the validator has but --strict-types, which of 2.1 refuses the observables of STIX as well.
options = stix2validator.ValidationOptions(
    version="2.1", enforce_refs=True, strict_properties=True
)
result = stix2validator.validate_parsed_json(bundle, options)
warnings = collections.Counter()
for said in result.warnings:
    known = [name for name, pattern in KNOWN.items() if pattern.search(said)]
    warnings[known[0] if known else said] += 1


def references(value, key=""):
    """All ids that an object names, wherever they stand."""
    if isinstance(value, dict):
        for name, of in value.items():
            if name.startswith("extension-definition--"):
                yield name
            yield from references(of, name)
    elif isinstance(value, list):
        for of in value:
            yield from references(of, key)
    elif key.endswith(("_ref", "_refs")):
        yield value


OURS = {
    "x-stillwatch-shared-value": ("kind", "value", "hashes", "within", "place"),
    "x-stillwatch-prompt-template": ("hashes",),
}
OF_OASIS = {
    "user-account": (stix2.UserAccount, "user_id"),
    "ipv4-addr": (stix2.IPv4Address, "value"),
    "ipv6-addr": (stix2.IPv6Address, "value"),
    "autonomous-system": (stix2.AutonomousSystem, "number"),
}


def other_id(of):
    """The id that an observable should have; none of what is no observable."""
    if of["type"] in OURS:
        parts = {name: of[name] for name in OURS[of["type"]] if name in of}
        name = canonicalize(parts, utf8=False)
        return f"{of['type']}--{uuid.uuid5(OBSERVABLES, name)}"
    if of["type"] in OF_OASIS:
        kind, name = OF_OASIS[of["type"]]
        return kind(**{name: of[name]}).id
    return None


known = set()
forward = []
for of in objects:
    forward += [(of["id"], ref) for ref in references(of) if ref not in known and ref != of["id"]]
    known.add(of["id"])

parsed = stix2.parse(text, allow_custom=True)
print(
    json.dumps(
        {
            "is_valid": result.is_valid,
            "errors": [str(error) for error in result.errors][:20],
            "warnings": warnings,
            "counts": collections.Counter(of["type"] for of in parsed.objects),
            "unique": len(known) == len(objects),
            "unresolved_before": forward[:20],
            "wrong_ids": [of["id"] for of in objects if other_id(of) not in (None, of["id"])],
        }
    )
)
