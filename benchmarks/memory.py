"""Memory and CPU of each service at rest, with every topic of the catalogue subscribed, and memory behind a backlog.

    python -m benchmarks.memory [--backlog 1000000] [--json]

RSS counts pages that processes share in each of them, PSS shares them out: PSS is what one more process costs. The reference
is an interpreter that imports FastAPI, FastStream and asyncpg, and does nothing. Behind the backlog intake's relay sends
what waits in its outbox, and the others hear it; what counts is the most that each has held.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import psutil

from benchmarks.backlog import Thing, fill_outbox
from benchmarks.frame import Row, show
from benchmarks.system import CLINIC_ID, Running, servers, services
from shared.database.roles import SERVICES
from shared.events.catalogue import TOPICS
from shared.events.consultation_request import ConsultationRequested
from shared.events.values import ContactEnvelope, DecidedBy, Disposition, Urgency, Wishes
from shared.ids import uuid7

SETTLE = float(os.environ.get("BENCH_SETTLE", "15"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
MIB = 1024 * 1024
PLAIN = "import asyncpg, fastapi, faststream.kafka, time; print(flush=True); time.sleep(3600)"


def one_request(thing: Thing) -> ConsultationRequested:
    """An event that the others can read; the rest of the backlog is made of it."""
    return ConsultationRequested(
        clinic_id=CLINIC_ID,
        patient_id=uuid7(),
        request_id=thing.id,
        reference="TSC-ABC234",
        disposition=Disposition.BOOK,
        urgency=Urgency.ROUTINE,
        wishes=Wishes(),
        contact=ContactEnvelope(sealed="c2VhbGVk" * 60, person_version=1),
        reachable=True,
        requested_at=datetime.now(UTC),
        by=DecidedBy.PATIENT,
    )


async def highest(running: Mapping[str, Running]) -> dict[str, float]:
    """The most MiB that each has held while it worked through what waits, for as long as is looked."""
    most, until = dict.fromkeys(running, 0.0), time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        for name, one in running.items():
            most[name] = max(most[name], one.process.memory_info().rss / MIB)
        await asyncio.sleep(0.2)
    return most


async def measure(backlog: int) -> list[Row]:
    rows = []
    async with servers() as place:
        plain = await asyncio.create_subprocess_exec(sys.executable, "-c", PLAIN, stdout=asyncio.subprocess.PIPE)
        assert plain.stdout is not None
        await plain.stdout.readline()
        async with services(place, *SERVICES, program=(sys.executable, "-m", "benchmarks.all_topics")) as running:
            await asyncio.sleep(SETTLE)
            before, begin = {name: one.cpu() for name, one in running.items()}, time.perf_counter()
            await asyncio.sleep(SECONDS)
            reference = psutil.Process(plain.pid).memory_full_info()
            for name, one in running.items():
                busy = (one.cpu() - before[name]) / (time.perf_counter() - begin) * 100
                used = one.process.memory_full_info()
                rows += [
                    Row(
                        f"{name}, idle, {len(TOPICS)} topics: RSS",
                        used.rss / MIB,
                        "MiB",
                        reference.rss / MIB,
                        "imports only",
                        "≤ 120 MB",
                        "≤ 80 MB",
                    ),
                    Row("  PSS", used.pss / MIB, "MiB", reference.pss / MIB, "imports only"),
                    Row("  CPU", busy, "% of a core"),
                ]
        plain.kill()
        await plain.wait()
        thing = Thing()
        await fill_outbox(place, "intake", one_request(thing), thing, backlog)
        async with services(place, *SERVICES) as running:
            for name, most in (await highest(running)).items():
                rows.append(
                    Row(f"{name}, behind {backlog:,} events: RSS, most", most, "MiB", at_least="bounded", aim="≤ 80 MB")
                )
    return rows


if __name__ == "__main__":
    show("Memory", measure, backlog=100_000)
