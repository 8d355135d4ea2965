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
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.frame import Row, percentiles, show
from benchmarks.load import load
from benchmarks.system import Place, process, servers, services
from operations.stack.ports import free_ports

PATH = "/api/consultation-requests"
CONNECTIONS = 24
RATE = 200
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
REQUEST = {
    "name": "Ines Marchetti",
    "email": "ines.########@example.com",
    "mobile": "(303) 555-####",
    "reasons": ["depression", "anxiety"],
    "wishes": {"weekdays": ["tuesday", "thursday"], "day_parts": ["morning"]},
    "consents": ["contact-email-1", "contact-sms-1"],
    "zone": "America/Denver",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """One server's two loops. `cpu` is seconds of the server's CPU for each request."""

    most: float
    cpu: float
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
        before = _cpu(server)
        fast = await closed
        used = _cpu(server) - before
    await asyncio.sleep(1)
    async with load(port, PATH, body, rate=RATE, seconds=SECONDS) as steady:
        calm = await steady
    # The warm-up's requests cost CPU too: what counts is as long as all of it.
    share = (fast.seconds + 2) / fast.seconds
    return Figures(fast.rate, used / (len(fast.waits) * share), *percentiles(calm.waits), fast.refused + calm.refused)


def _cpu(server: psutil.Process) -> float:
    used = server.cpu_times()
    return used.user + used.system


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
        Row("  CPU of the service for each", ours.cpu * 1000, "ms", alone.cpu * 1000, name),
        Row(f"  p50 at {RATE}/s, open loop", ours.p50, "ms", alone.p50, name),
        Row(f"  p99 at {RATE}/s, open loop", ours.p99, "ms", alone.p99, name, "≤ 50 ms"),
        Row("  answers other than 201", ours.refused, "", alone.refused, name, "0"),
    ]


if __name__ == "__main__":
    show("Request → 201", measure)
