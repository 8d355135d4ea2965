"""`make bench`: every figure beside its reference, in one table. A benchmark is a process of its own, one after another.

python -m benchmarks [NAME …]
"""

import argparse
import json
import subprocess
import sys

from rich.console import Console

from benchmarks.frame import Row, table_of

BENCHMARKS = ("requests", "relay", "consumer", "effects", "browser_path", "booking", "startup", "memory")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(BENCHMARKS)}; all when left out")
    console, rows, failed = Console(width=180), [], []
    for name in parser.parse_args().names or BENCHMARKS:
        with console.status(name):
            done = subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}", "--json"], stdout=subprocess.PIPE, text=True, check=False
            )
        if done.returncode:
            failed.append(name)
        rows += [Row(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
    console.print(table_of("Chairside, measured", rows))
    if failed:
        raise SystemExit(f"did not end well: {', '.join(failed)}")


if __name__ == "__main__":
    main()
