"""What others do with the same work: figures of a folder that measures them, such as Debezium's and Watermill's.

    python -m benchmarks --peers FOLDER [--run-peers]

Read from FOLDER/results.csv (peer, metric, run, value, unit, …), the median of its runs beside that of a plain Python loop
(`raw`) in the same run; with `--run-peers` FOLDER/run.sh measures them anew first, which may take half an hour. The project
needs no such folder.
"""

import csv
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.frame import Row

RESULTS = "results.csv"
METRICS = {
    "drain": ("outbox → Kafka", "/s", "raw"),
    "drain_cpu": ("CPU of the relay for all of it", "s", "raw"),
    "latency_p50": ("commit → visible in Kafka at 200/s, p50", "ms", "raw"),
    "latency_p99": ("p99", "ms", "raw"),
    "consume": ("Kafka → effect", "/s", "raw-each"),
}
"""What each metric is called here, its unit, and the peer it stands beside."""


def peers(folder: Path, *, run: bool) -> list[Row]:
    """One row a peer and metric. Raises OSError when there is nothing to read."""
    if run:
        subprocess.run([folder / "run.sh"], check=True)
    file = folder / RESULTS
    medians = _medians(file)
    day = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    return [
        Row(f"peer {peer} ({RESULTS} of {day}): {what}", of[metric], unit, medians.get(plain, {}).get(metric), plain)
        for peer, of in medians.items()
        for metric, (what, unit, plain) in METRICS.items()
        if metric in of and peer != plain
    ]


def _medians(file: Path) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with file.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if row["metric"] in METRICS:
                found[row["peer"]][row["metric"]].append(float(row["value"]))
    return {
        peer: {metric: statistics.median(of[metric]) for metric in METRICS if metric in of}
        for peer, of in found.items()
    }
