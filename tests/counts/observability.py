#!/usr/bin/env python3
"""Counts the real exports of gateways and tracing tools, apart from the program under test.

Usage: observability.py FOLDER   (the folder with the real logs, not part of the repository)

Prints one line a file: exchanges, activities, buckets, rejects, accounts, the sums of input,
output, cached and reasoning tokens of the exchanges (of buckets, where there are no exchanges),
and the first and last time in microseconds since 1970. The figures in
src/ingest/real_observability.rs are these. The rules are the documented ones, written again:
a call is an exchange unless another call happened inside it; what is around calls is an
activity; a span or record without a time is an event without one where it names an account, a
request or a model, else a reject.
"""
import csv, glob, json, os, sys
from datetime import datetime, timezone


def micros(text):
    """RFC 3339 or a civil time taken as UTC, in microseconds."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + moment.microsecond


class Count:
    def __init__(self):
        self.n = {"exchange": 0, "activity": 0, "bucket": 0, "reject": 0}
        self.accounts, self.times = set(), []
        self.tokens = [0, 0, 0, 0]

    def add(self, kind, at, account, tokens=(0, 0, 0, 0), named=True):
        if at is None and not named:
            self.n["reject"] += 1
            return
        self.n[kind] += 1
        self.accounts.add(account)
        self.times += [] if at is None else [at]
        self.tokens = [a + (b or 0) for a, b in zip(self.tokens, tokens)]

    def line(self, name):
        n = self.n
        span = (min(self.times), max(self.times)) if self.times else (0, 0)
        return (f'("{name}", [{n["exchange"]}, {n["activity"]}, {n["bucket"]}, {n["reject"]}], '
                f"{len(self.accounts)}, {self.tokens}, {span})")


def langfuse(path, count):
    document = json.load(open(path))
    trace, observations = document["trace"], document["observations"]
    by_id = {o["id"]: o for o in observations}
    holds_call = set()
    for o in observations:
        parent = o["parentObservationId"] if o["type"] == "GENERATION" else None
        while parent in by_id:
            holds_call.add(parent)
            parent = by_id[parent]["parentObservationId"]
    for o in observations:
        account = trace.get("userId") or trace["projectId"]
        call = o["type"] == "GENERATION" and o["id"] not in holds_call
        usage = o.get("usageDetails") or {}
        cached = sum(usage.get(k) or 0 for k in ("input_cache_read", "prompt_details.cache_read"))
        reasoning = sum(usage.get(k) or 0 for k in ("output_reasoning", "completion_details.reasoning"))
        plain = (usage.get("input", o.get("inputUsage")), usage.get("output", o.get("outputUsage")))
        tokens = (*plain, cached, reasoning) if call else (0, 0, 0, 0)
        count.add("exchange" if call else "activity", micros(o["startTime"]), account, tokens)


def envoy_span(path, count):
    """One OTLP span of OpenInference a file, without times: the answer's `created` stands in."""
    span = json.load(open(path))
    value = {a["key"]: next(iter(a["value"].values())) for a in span["attributes"]}
    answer = json.loads(value["output.value"]) if value.get("output.value", "").startswith("{") else {}
    created = answer.get("created")
    keys = ("prompt", "completion", "prompt_details.cache_read", "completion_details.reasoning")
    tokens = [int(value.get("llm.token_count." + key, 0)) for key in keys]
    asked = json.loads(value.get("llm.invocation_parameters", "{}"))
    named = "llm.model_name" in value or "model" in asked
    count.add("exchange", created and created * 1_000_000, "unattributed", tokens, named)


def vercel(path, count):
    document = json.load(open(path))
    spans = document if isinstance(document, list) else [s for l in document.values() for s in l]
    for span in spans:
        a = span["attributes"]
        seconds, nanoseconds = span["startTime"]
        tokens = (a.get("ai.usage.inputTokens", a.get("ai.usage.promptTokens", a.get("ai.usage.tokens"))),
                  a.get("ai.usage.outputTokens", a.get("ai.usage.completionTokens")),
                  a.get("ai.usage.cachedInputTokens"), a.get("ai.usage.reasoningTokens"))
        call = span["name"].split(".")[-1] in ("doGenerate", "doStream", "doEmbed")
        at = seconds * 1_000_000 + nanoseconds // 1_000
        count.add("exchange" if call else "activity", at, "unattributed", tokens if call else (0,) * 4)


def timeless(path, count):
    """One span a file, its attributes alone, or a document without any call of a model."""
    span = json.load(open(path))
    names = [("llm.token_count.prompt", "gen_ai.usage.input_tokens"),
             ("llm.token_count.completion", "gen_ai.usage.output_tokens")]
    tokens = [next((span[k] for k in keys if k in span), 0) for keys in names] + [0, 0]
    named = any(k in span for k in ("llm.model_name", "gen_ai.request.model"))
    count.add("exchange", None, "unattributed", tokens, named)


def ecs(path, count):
    for line in open(path):
        e = json.loads(line)
        if "openai" in e and "base" in e["openai"]:
            u, b = e["openai"]["completions"], e["openai"]["base"]
            tokens = (u["input_tokens"], u["output_tokens"], u["input_cached_tokens"], 0)
            count.add("bucket", micros(e["@timestamp"]), b["user_id"], tokens)
        elif "audit" in e.get("openai", {}):
            count.add("activity", micros(e["@timestamp"]), e["user"]["id"])
        elif "gcp" in e:
            log = e["gcp"]["vertexai"]["prompt_response_logs"]
            u = log["full_response"]["usage_metadata"]
            at = micros(log["full_response"]["create_time"])
            tokens = (u["prompt_token_count"], u["candidates_token_count"] + u["thoughts_token_count"],
                      0, u["thoughts_token_count"])
            count.add("exchange", at, e["cloud"]["project"]["id"], tokens)
        else:
            azure = e["azure"]["open_ai"]
            ticks = azure["properties"]["request_time"]
            at = (ticks - 621_355_968_000_000_000) // 10
            count.add("exchange", at, azure["resource_id"].rsplit("/", 1)[1])


def envoy(path, count):
    for line in open(path):
        e = json.loads(line)
        call = e["gen_ai.request.model"] is not None
        tokens = (e["gen_ai.usage.input_tokens"], e["gen_ai.usage.output_tokens"], 0, 0)
        address = e.get("x-forwarded-for") or e["downstream_remote_address"].rsplit(":", 1)[0]
        count.add("exchange" if call else "activity", micros(e["start_time"]), address, tokens)


def kong(path, count):
    text = open(path).read()
    records = [json.loads(l) for l in text.splitlines()] if path.endswith("ndjson") else [json.loads(text)]
    for e in records:
        at = e.get("started_at")
        proxy = e.get("ai", {}).get("proxy", {})
        usage = proxy.get("usage", {})
        tokens = (usage.get("prompt_tokens"), usage.get("completion_tokens"), 0, 0)
        named = "client_ip" in e or "request_model" in proxy.get("meta", {})
        count.add("exchange" if "ai" in e else "activity", at and at * 1_000, e.get("client_ip"), tokens, named)


def openrouter(path, count):
    for row in csv.DictReader(open(path)):
        tokens = [int(row[k]) for k in ("Prompt Tokens", "Completion Tokens")]
        tokens += [0, int(row["Reasoning Tokens"])]
        count.add("bucket", micros(row["Date"]), "unattributed", tokens)


READERS = [
    ("langfuse_traces/*.json", langfuse),
    ("envoy_aigw_openinference_spans/*.json", envoy_span),
    ("openinference_spans/*spans*.json", vercel),
    ("openinference_spans/o*.json", timeless),
    ("otlp_examples/[elt]*.json", timeless),
    ("elastic_fixtures/*ecs*.ndjson", ecs),
    ("docs_examples/envoy_ai_gateway_access.ndjson", envoy),
    ("docs_examples/kong_*", kong),
    ("docs_examples/openrouter_*", openrouter),
]

if __name__ == "__main__":
    for pattern, reader in READERS:
        for path in sorted(glob.glob(os.path.join(sys.argv[1], pattern))):
            name = os.path.relpath(path, sys.argv[1])
            if reader is vercel and os.path.basename(path).startswith(("openinference_", "otel_")):
                continue
            counted = Count()
            reader(path, counted)
            print(counted.line(name))
