"""Memory and CPU of each service at rest, with every topic of the catalogue subscribed, and memory behind a backlog.

    python -m benchmarks.memory [--backlog 1000000] [--json]

RSS counts pages that processes share in each of them, PSS shares them out: PSS is what one more process costs. The reference
is an interpreter that imports FastAPI, FastStream and asyncpg, and does nothing. Behind the backlog intake's relay sends
what waits in its outbox, and the others hear it; what counts is the most that each has held.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import asyncpg
import psutil

from benchmarks.frame import Row, show
from benchmarks.system import CLINIC_ID, Place, Running, servers, services
from shared.database.roles import SERVICES
from shared.events.catalogue import TOPICS
from shared.events.consultation_request import ConsultationRequested
from shared.events.values import ContactEnvelope, DecidedBy, Disposition, Urgency, Wishes
from shared.ids import uuid7
from shared.messaging.cause import Cause
from shared.messaging.envelope import Sent, seal

SETTLE = float(os.environ.get("BENCH_SETTLE", "15"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
MIB = 1024 * 1024
PLAIN = "import asyncpg, fastapi, faststream.kafka, time; print(flush=True); time.sleep(3600)"


class Thing:
    """What an event is about."""

    def __init__(self) -> None:
        self.id, self.version = uuid7(), 1


def one_request(thing: Thing) -> tuple[ConsultationRequested, Sent]:
    """An event that the others can read; the rest of the backlog is made of it."""
    now = datetime.now(UTC)
    event = ConsultationRequested(
        clinic_id=CLINIC_ID,
        patient_id=uuid7(),
        request_id=thing.id,
        reference="TSC-ABC234",
        disposition=Disposition.BOOK,
        urgency=Urgency.ROUTINE,
        wishes=Wishes(),
        contact=ContactEnvelope(sealed="c2VhbGVk" * 60, person_version=1),
        reachable=True,
        requested_at=now,
        by=DecidedBy.PATIENT,
    )
    return event, seal(event, of=thing, service="intake", now=now, cause=Cause.new())


async def fill_outbox(place: Place, count: int) -> None:
    """So many requests of as many patients, each like the first but for its ids."""
    thing = Thing()
    event, sent = one_request(thing)
    admin = await asyncpg.connect(place.dsn())
    await admin.execute(
        """
        insert into intake.outbox_waiting (event_id, recorded_at, lane, topic, key, headers, body)
        select id, now(), n % 64, $2, $3 || '/' || patient,
               replace(replace($4, $5, id::text), $6, request::text),
               convert_to(replace(replace($7, $8, patient::text), $6, request::text), 'UTF8')
          from (select n, gen_random_uuid() as id, gen_random_uuid() as patient, gen_random_uuid() as request
                  from generate_series(1, $1::integer) as n) as made
        """,
        count,
        sent.topic,
        str(event.clinic_id),
        json.dumps(sent.headers),
        str(sent.id),
        str(thing.id),
        sent.body.decode(),
        str(event.patient_id),
        timeout=1800,
    )
    await admin.close()


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
        await fill_outbox(place, backlog)
        async with services(place, *SERVICES) as running:
            for name, most in (await highest(running)).items():
                rows.append(
                    Row(f"{name}, behind {backlog:,} events: RSS, most", most, "MiB", at_least="bounded", aim="≤ 80 MB")
                )
    return rows


if __name__ == "__main__":
    show("Memory", measure, backlog=100_000)
