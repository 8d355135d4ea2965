"""`make bench`: every figure beside its reference, in one table. A benchmark is a process of its own, one after another.

python -m benchmarks [NAME …] [--peers FOLDER]
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from benchmarks.frame import Row, table_of
from benchmarks.peers import peers

BENCHMARKS = (
    "requests",
    "relay",
    "consumer",
    "effects",
    "browser_path",
    "booking",
    "slots",
    "board",
    "replay",
    "startup",
    "memory",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(BENCHMARKS)}; all when left out")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="what others do: FOLDER/results.csv")
    parser.add_argument("--run-peers", action="store_true", help="measure them anew first: FOLDER/run.sh")
    asked = parser.parse_args()
    console, rows, failed = Console(width=180), [], []
    for name in asked.names or BENCHMARKS:
        with console.status(name):
            done = subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}", "--json"], stdout=subprocess.PIPE, text=True, check=False
            )
        if done.returncode:
            failed.append(name)
        rows += [Row(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
    if asked.peers:
        rows += peers(asked.peers, run=asked.run_peers)
    console.print(table_of("Chairside, measured", rows))
    if failed:
        raise SystemExit(f"did not end well: {', '.join(failed)}")


if __name__ == "__main__":
    main()
