#!/usr/bin/env python3
"""Import of one JSON-lines file: Stillwatch against DuckDB, in turn, on the same machine.

    pip install duckdb
    cargo build --release
    target/release/stillwatch synth --out /tmp/synth --events 2000000 --accounts 24000
    tests/bench/peers/duckdb_import.py target/release/stillwatch /tmp/synth/exchanges.jsonl [RUNS]

DuckDB does `CREATE TABLE … AS SELECT * FROM read_json(…)` into a database file; Stillwatch
parses, maps, hashes, archives the original records and writes rows and columns into a case.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

DUCKDB = """
import duckdb, sys
con = duckdb.connect(sys.argv[2])
con.execute(f"CREATE TABLE t AS SELECT * FROM read_json('{sys.argv[1]}', format='newline_delimited')")
con.close()
"""


def timed(command):
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun


def main():
    program, log = sys.argv[1], sys.argv[2]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    ratios = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            case = os.path.join(folder, "bench.stillwatch")
            ours = timed([program, "import", log, "--case", case, "--progress", "none"])
            size = os.path.getsize(case) / os.path.getsize(log)
            database = os.path.join(folder, "bench.duckdb")
            theirs = timed([sys.executable, "-c", DUCKDB, log, database])
        ratios.append(ours / theirs)
        print(f"stillwatch {ours:6.2f} s   duckdb {theirs:6.2f} s   ratio {ours / theirs:.2f}   case {size:.3f} x log")
    print(f"median ratio of {runs}: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
