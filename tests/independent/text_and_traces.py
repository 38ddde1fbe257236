"""Counts what tests/it/text_logs.rs expects of the real text logs and traces.

Only Python's standard library reads the files here, so that the numbers do not come from the
program they test. Run: python3 tests/independent/text_and_traces.py FOLDER
"""

import csv
import json
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

FOLDER = Path(sys.argv[1])
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def report(name, **numbers):
    print(name)
    for key, value in numbers.items():
        print(f"    {key:<16} {value}")


def apache():
    """By place of the brackets and quotes, not by one expression for the whole line."""
    lines = (FOLDER / "apache_access_elastic/apache_logs").read_text("utf-8").splitlines()
    addresses, statuses, agents, paths, times = set(), {}, set(), set(), []
    for line in lines:
        addresses.add(line.split(" ", 1)[0])
        times.append(datetime.strptime(line[line.index("[") + 1 : line.index("]")],
                                       "%d/%b/%Y:%H:%M:%S %z"))
        request = re.search(r'"((?:[^"\\]|\\.)*)"', line)
        paths.add(request[1].split(" ")[1].split("?")[0].split("#")[0])
        rest = line[request.end():].split()
        statuses[rest[0]] = statuses.get(rest[0], 0) + 1
        quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', line[request.end():])
        if len(quoted) > 1 and quoted[1].strip() not in ("", "-"):
            agents.add(quoted[1])
    report("apache", lines=len(lines), addresses=len(addresses), statuses=sorted(statuses.items()),
           agents=len(agents), paths=len(paths), first=min(times), last=max(times))


def table(path, delimiter=","):
    with open(FOLDER / path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def azure(name):
    rows = table(f"azure_llm_2023/AzureLLMInferenceTrace_{name}.csv")
    report(f"azure {name}", rows=len(rows), input=sum(int(r["ContextTokens"]) for r in rows),
           output=sum(int(r["GeneratedTokens"]) for r in rows),
           first=min(r["TIMESTAMP"] for r in rows), last=max(r["TIMESTAMP"] for r in rows))


def mooncake(name):
    path = FOLDER / f"mooncake/{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    prompts = {tuple(r["hash_ids"]) for r in rows}
    last = EPOCH + timedelta(milliseconds=max(r["timestamp"] for r in rows))
    report(f"mooncake {name}", rows=len(rows), input=sum(r["input_length"] for r in rows),
           output=sum(r["output_length"] for r in rows), prompts=len(prompts), last=last)


def burst_gpt():
    rows = table("docs_examples/burstgpt_quoted_rows.csv")
    times = [EPOCH + timedelta(seconds=float(r["Timestamp"])) for r in rows]
    report("burstgpt", rows=len(rows), input=sum(int(r["Request tokens"]) for r in rows),
           output=sum(int(r["Response tokens"]) for r in rows), models=len({r["Model"] for r in rows}),
           sessions=len({r["Session ID"] for r in rows}), first=min(times), last=max(times))


def gen_td():
    rows = table("gentd26/lora_request_trace.csv")
    seconds = [float(r["exec_time_seconds"]) for r in rows if r["exec_time_seconds"]]
    report("gentd26", rows=len(rows), accounts=len({r["groupId"] for r in rows}),
           models=len({r["checkpoint_model_version_id"] for r in rows} - {""}),
           failed=sum(r["predict_status"] == "FAILED" for r in rows), timed=len(seconds),
           milliseconds=round(sum(seconds) * 1000), first=min(r["gmt_create"] for r in rows),
           last=max(r["gmt_create"] for r in rows))


def text_examples():
    vllm = (FOLDER / "docs_examples/vllm_server.log").read_text("utf-8").splitlines()
    received = [line for line in vllm if " Received request " in line]
    served = [line for line in vllm if '" 200 OK' in line]
    report("vllm", lines=len(vllm), received=len(received),
           prompts=sum("prompt: '" in line for line in received), served=len(served),
           served_timed=sum(line[:4].isdigit() for line in served))
    ollama = (FOLDER / "docs_examples/ollama_gin.log").read_text("utf-8").splitlines()
    report("ollama", lines=len(ollama), requests=sum(line.startswith("[GIN]") for line in ollama))


apache()
azure("code")
azure("conv")
mooncake("conversation_trace")
mooncake("synthetic_trace")
burst_gpt()
gen_td()
text_examples()
