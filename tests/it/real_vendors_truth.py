"""What real exports of cloud and vendor formats hold, counted without Stillwatch.

Run as `python3 tests/it/real_vendors_truth.py FOLDER` with the folder of real logs; it prints the
rows of the table in real_vendors.rs. Only Python's own JSON and CSV readers are used, and each
count is written down from what the record says, not from how Stillwatch reads it.
"""

import csv
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

FOLDER = Path(sys.argv[1])


def lines(name):
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines() if line.strip()]


def utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def cut(time):
    """A written time cut to microseconds, as the case shows it."""
    whole, _, fraction = time.rstrip("Z").partition(".")
    fraction = fraction[:6].ljust(6, "0")
    if fraction == "000000":
        return whole + "Z"
    return f"{whole}.{fraction[:3] if fraction.endswith('000') else fraction}Z"


def row(name, kinds, accounts, tokens, times, rejects=0, requests=0):
    """`kinds`: exchanges, activities, buckets. `tokens`: input, output, cached; None is missing.
    `requests`: calls counted in buckets."""
    total = [sum(t[i] or 0 for t in tokens) for i in range(3)]
    kinds = ", ".join(map(str, kinds))
    print(f'"{name}" kinds [{kinds}] rejects {rejects} accounts {len(set(accounts))} '
          f'sums {total + [requests]} span ["{min(times)}", "{max(times)}"]')


# Azure API Management: one call a record, tokens in the answer where there is one.
name = "elastic_fixtures/azure_apim_gateway.ndjson"
records = lines(name)
tokens = []
for record in records:
    usage = json.loads(record["properties"]["responseBody"]).get("usage", {})
    tokens.append((usage.get("prompt_tokens"), usage.get("completion_tokens"), None))
row(name, (sum("completions" in r["properties"]["url"] for r in records), 0, 0),
    [r["resourceId"].rsplit("/", 1)[1] for r in records], tokens, [cut(r["time"]) for r in records])

# Google Cloud audit: a call is a record that runs a model and does not only end a stream.
name = "elastic_fixtures/gcp_vertexai_cloud_audit.ndjson"
records = lines(name)
calls = [r for r in records
         if not r["protoPayload"]["methodName"].endswith("CountTokens")
         and not ("last" in r.get("operation", {}) and "first" not in r["operation"])]
row(name, (len(calls), len(records) - len(calls), 0),
    [r["protoPayload"]["authenticationInfo"]["principalEmail"] for r in records], [],
    [cut(r["timestamp"]) for r in records])


def openai_actor(record):
    actor = record["actor"]
    if actor["type"] == "session":
        return actor["session"]["user"]["id"]
    key = actor["api_key"]
    return (key.get("user") or key["service_account"])["id"]


for name in ["elastic_fixtures/openai_audit_log.ndjson", "panther_test_events/openai_audit.ndjson"]:
    records = lines(name)
    row(name, (0, len(records), 0), map(openai_actor, records), [],
        [utc(r["effective_at"]) for r in records])

for kind in ["costs", "usage_completions", "usage_embeddings"]:
    name = f"docs_examples/openai_{kind}_docs_example.json"
    buckets = json.loads((FOLDER / name).read_text())["data"]
    results = [(b, r) for b in buckets for r in b["results"]]
    row(name, (0, 0, len(results)), ["unattributed"],
        [(r.get("input_tokens"), r.get("output_tokens"), r.get("input_cached_tokens"))
         for _, r in results],
        [utc(b["start_time"]) for b, _ in results],
        requests=sum(r.get("num_model_requests") or 0 for _, r in results))

name = "docs_examples/anthropic_console_usage.csv"
with open(FOLDER / name, newline="") as file:
    days = list(csv.DictReader(file))
inputs = ["no_cache", "cache_write_5m", "cache_write_1h", "cache_read"]
row(name, (0, 0, len(days)), [d["api_key"] for d in days],
    [(sum(int(d[f"usage_input_tokens_{part}"]) for part in inputs),
      int(d["usage_output_tokens"]), int(d["usage_input_tokens_cache_read"])) for d in days],
    [d["usage_date_utc"] + "T00:00:00Z" for d in days])


def anthropic_actor(record):
    actor = record["actor"]
    return actor.get("user_id") or actor.get("api_key_id") or actor["type"]


name = "docs_examples/anthropic_compliance_activities_page.json"
records = json.loads((FOLDER / name).read_text())["data"]
row(name, (0, len(records), 0), map(anthropic_actor, records), [], [r["created_at"] for r in records])
name = "panther_test_events/anthropic_activity.ndjson"
records = lines(name)
row(name, (0, len(records), 0), map(anthropic_actor, records), [], [r["created_at"] for r in records])

# Purview: messages of Copilot, of which those that only an application sent are answers.
name = "m365_copilot_ediscovery/copilot_prompt_logs.csv"
with open(FOLDER / name, newline="", encoding="utf-8-sig") as file:
    items = list(csv.DictReader(file))
messages = [i for i in items if i["Type"] == "Message" and ".Copilot." in i["Item class"]]
answers = [m for m in messages if "@" not in m["Sender"]]
assert not any(m["Received"].startswith("1980") for m in messages)
row(name, (len(answers), len(messages) - len(answers), 0), [m["Item source"] for m in messages], [],
    [m["Received"] for m in messages], rejects=len(items) - len(messages))
