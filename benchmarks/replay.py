"""Replay: how long a service takes to hear its topics again, as an operator asks for it.

    python -m benchmarks.replay [--events 1000000] [--json]

Ends of sessions are said by scheduling and heard by intake, once. Then `chairside replay` lets intake hear all of them again
from the beginning: what it has handled has no second effect; and with `--forget`, as after a bug in a projection, every
follow-up is written again. Seconds are of the whole command, its start included. The reference reads the same records from
Kafka in one plain consumer and does nothing with them.
"""

import asyncio
import os
import sys
import time
from datetime import UTC, datetime, timedelta

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.backlog import Thing, fill_outbox
from benchmarks.frame import Row, show
from benchmarks.system import CHAIRSIDE, CLINIC_ID, Place, servers, services
from shared.events.catalogue import TOPICS
from shared.events.session import Outcome, SessionCompleted, Severity
from shared.ids import uuid7

TOPIC = "session-completed"
PROJECTION = "intake.note_follow_ups"


def one_end(session: Thing) -> SessionCompleted:
    now = datetime.now(UTC)
    return SessionCompleted(
        clinic_id=CLINIC_ID,
        patient_id=uuid7(),
        session_id=session.id,
        appointment_id=session.id,
        started_at=now - timedelta(minutes=80),
        ended_at=now,
        outcome=Outcome.FULL,
        worst_severity=Severity.MILD,
    )


async def heard(place: Place, events: int) -> None:
    """The first time: scheduling says them, intake hears them."""
    admin = await asyncpg.connect(place.dsn())
    handled = 0
    while handled < events:
        await asyncio.sleep(1)
        handled = await admin.fetchval("select count(*) from intake.inbox where handler = $1", PROJECTION)
    await admin.close()


async def only_read(place: Place, events: int) -> float:
    """Seconds."""
    begun, read = time.perf_counter(), 0
    consumer = AIOKafkaConsumer(bootstrap_servers=place.addresses.bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(TOPIC, number) for number in range(TOPICS[TOPIC].partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        while read < events:
            polled = await consumer.getmany(timeout_ms=1000, max_records=1000)
            read += sum(len(records) for records in polled.values())
    finally:
        await consumer.stop()
    return time.perf_counter() - begun


async def replayed(place: Place, *more: str) -> float:
    """Seconds. Raises RuntimeError when not everything was heard again."""
    command = [
        *CHAIRSIDE,
        "replay",
        "--service",
        "intake",
        "--from",
        "beginning",
        "--topic",
        TOPIC,
        "--why",
        "measured",
    ]
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, *more, env={**os.environ, "DATABASE_URL": place.dsn()}, stdout=sys.stderr
    )
    if await process.wait():
        raise RuntimeError("the replay did not come to its end")
    return time.perf_counter() - begun


async def measure(events: int) -> list[Row]:
    async with servers() as place:
        session = Thing()
        await fill_outbox(place, "scheduling", one_end(session), session, events)
        async with services(place, "intake"):
            async with services(place, "scheduling"):
                await heard(place, events)
            read = await only_read(place, events)
            again = await replayed(place)
            anew = await replayed(place, "--forget", PROJECTION)

    def row(figure: str, seconds: float) -> Row:
        return Row(figure, seconds, "s", read, "only read", "300 s for 10⁶", "60 s for 10⁶")

    return [
        row(f"replay of {events:,} events, all handled before", again),
        row("  the same, and a projection written again", anew),
    ]


if __name__ == "__main__":
    show("Replay", measure, events=100_000)
