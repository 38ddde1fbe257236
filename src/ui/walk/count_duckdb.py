"""How many records of a JSON lines log fulfil conditions: the answer of somebody else.

    echo '["model = '"'atlas-3'"'"]' | python3 count_duckdb.py exchanges.jsonl.zst
"""

import json
import sys

import duckdb

log = duckdb.read_json(sys.argv[1], format="newline_delimited")
log = log.project("*, epoch_us(timestamp) AS at_us")
conditions = json.load(sys.stdin)
json.dump([log.filter(c).aggregate("count(*)").fetchall()[0][0] for c in conditions], sys.stdout)
