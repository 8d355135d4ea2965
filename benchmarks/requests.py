"""A request for a consultation → 201 after the commit: one worker of intake, its relay at work, fsync on.

    python -m benchmarks.requests [--json]

The reference takes the same JSON in and out of FastAPI, with no database and nothing else. The one who sends runs on the
same cores. What is heard in the other services is not part of it: they are not running.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.frame import Row, percentiles, show
from benchmarks.load import WARM_UP, load
from benchmarks.system import Place, process, servers, services
from operations.stack.ports import free_ports

PATH = "/api/consultation-requests"
CONNECTIONS = 48
"""So many that some are always with the service while others wait for the disk."""
RATE = 200
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
REQUEST = {
    "name": "Ines Marchetti",
    "email": "ines.########@example.com",
    "mobile": "(303) 5######",
    "reasons": ["depression", "anxiety"],
    "wishes": {"weekdays": ["tuesday", "thursday"], "day_parts": ["morning"]},
    "consents": ["contact-email-1", "contact-sms-1"],
    "zone": "America/Denver",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """One server's two loops. From `cpu` to `load` are seconds of CPU for each request: whose it is."""

    most: float
    cpu: float
    postgres: float
    kafka: float
    load: float
    p50: float
    p99: float
    refused: int
    """Answers other than 201."""


def written_body(folder: Path) -> Path:
    file = folder / "request.json"
    file.write_text(json.dumps(REQUEST))
    return file


async def figures(port: int, server: psutil.Process, body: Path) -> Figures:
    async with load(port, PATH, body, connections=CONNECTIONS, seconds=SECONDS) as closed:
        before = _used(server)
        fast = await closed
        used = [after - earlier for earlier, after in zip(before, _used(server), strict=True)]
    await asyncio.sleep(1)
    async with load(port, PATH, body, rate=RATE, seconds=SECONDS) as steady:
        calm = await steady
    # The warm-up's requests cost CPU too: what counts is as long as all of it.
    requests = len(fast.waits) * (fast.seconds + WARM_UP) / fast.seconds
    each = [seconds / requests for seconds in (*used, fast.cpu)]
    return Figures(fast.rate, *each, *percentiles(calm.waits), fast.refused + calm.refused)


def _used(server: psutil.Process) -> tuple[float, float, float]:
    """Seconds of CPU until now: of the server, of PostgreSQL, and of Kafka when it was started here."""
    children = psutil.Process().children(recursive=True)
    return _cpu([server]), *(_cpu(child for child in children if _name(child) == name) for name in ("postgres", "java"))


def _cpu(processes: Iterable[psutil.Process]) -> float:
    """With that of their children which have ended, such as connections of PostgreSQL."""
    seconds = 0.0
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            used = one.cpu_times()
            seconds += used.user + used.system + used.children_user + used.children_system
    return seconds


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


@contextlib.asynccontextmanager
async def fastapi_alone(place: Place) -> AsyncIterator[tuple[int, psutil.Process]]:
    port = free_ports(1)[0]
    command = (sys.executable, "-m", "benchmarks.fastapi_alone", str(port))
    async with process(place, "FastAPI alone", command, port) as pid:
        yield port, psutil.Process(pid)


async def measure() -> list[Row]:
    async with servers() as place:
        body = written_body(place.home.folder)
        async with fastapi_alone(place) as (port, plain):
            alone = await figures(port, plain, body)
        async with services(place, "intake") as running:
            ours = await figures(running["intake"].port, running["intake"].process, body)
    name = "FastAPI alone"
    return [
        Row("POST → 201 after commit, most", ours.most, "/s", alone.most, name, "1,500/s", "half of FastAPI alone"),
        Row("  CPU of the service for each", ours.cpu * 1e6, "µs", alone.cpu * 1e6, name),
        Row("  of PostgreSQL", ours.postgres * 1e6, "µs"),
        Row("  of Kafka", ours.kafka * 1e6, "µs"),
        Row("  of the load", ours.load * 1e6, "µs", alone.load * 1e6, name),
        Row(f"  p50 at {RATE}/s, open loop", ours.p50, "ms", alone.p50, name),
        Row(f"  p99 at {RATE}/s, open loop", ours.p99, "ms", alone.p99, name, "≤ 50 ms"),
        Row("  answers other than 201", ours.refused, "", alone.refused, name, "0"),
    ]


if __name__ == "__main__":
    show("Request → 201", measure)
