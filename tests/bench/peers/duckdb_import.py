#!/usr/bin/env python3
"""Import of log files: Stillwatch against DuckDB, in turn, on the same machine.

    pip install duckdb
    cargo build --release
    target/release/stillwatch synth --out /tmp/synth --events 2000000 --accounts 24000
    tests/bench/peers/duckdb_import.py target/release/stillwatch /tmp/synth/exchanges.jsonl

Any number of logs: JSON lines, CSV (`synth --format csv`), Parquet (`--format parquet`), and
either text packed by gzip or zstd. `--runs N` for another number of pairs than 5.

DuckDB does `CREATE TABLE … AS SELECT * FROM read_json(…)` (or read_csv, read_parquet) into a
database file; Stillwatch parses, maps, hashes, archives the original records and writes rows and
columns into a case. Peak memory is the resident set of the process.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

DUCKDB = """
import duckdb, sys
con = duckdb.connect(sys.argv[2])
con.execute(f"CREATE TABLE t AS SELECT * FROM {sys.argv[1]}")
con.close()
"""


def reader(log):
    """DuckDB's way to read this file."""
    name = log.removesuffix(".gz").removesuffix(".zst")
    packed = {"gz": ", compression='gzip'", "zst": ", compression='zstd'"}.get(log.rsplit(".", 1)[1], "")
    if name.endswith(".parquet"):
        return f"read_parquet('{log}')"
    if name.endswith((".csv", ".tsv")):
        return f"read_csv('{log}'{packed})"
    return f"read_json('{log}', format='newline_delimited'{packed})"


def measured(command):
    """Wall clock and processor seconds, and the peak of memory in MB."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    if status != 0:
        sys.exit(f"{command[0]}: {errors.decode()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def pair(program, log):
    """One run of each: their times, Stillwatch's memory and the size of its case."""
    with tempfile.TemporaryDirectory() as folder:
        case = os.path.join(folder, "bench.stillwatch")
        ours = measured([program, "import", log, "--case", case, "--progress", "none"])
        size = os.path.getsize(case)
        os.remove(case)
        database = os.path.join(folder, "bench.duckdb")
        theirs = measured([sys.executable, "-c", DUCKDB, reader(log), database])
    return ours, theirs, size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("log", nargs="+")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    for log in options.log:
        print(f"{os.path.basename(log)}, {os.path.getsize(log) / 1e6:.0f} MB")
        ratios = []
        for _ in range(options.runs):
            (wall, cpu, memory), (their_wall, their_cpu, their_memory), size = pair(options.program, log)
            ratios.append(wall / their_wall)
            print(
                f"  stillwatch {wall:6.2f} s ({cpu:6.2f} s of processor, {memory:4.0f} MB)"
                f"   duckdb {their_wall:6.2f} s ({their_cpu:6.2f}, {their_memory:4.0f} MB)"
                f"   ratio {wall / their_wall:.2f}   case {size / os.path.getsize(log):.3f} x log",
                flush=True,
            )
        print(f"  median ratio of {options.runs}: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
