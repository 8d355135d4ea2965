"""Outbox to Kafka: how fast a backlog drains, at what CPU, and how soon a committed event is visible.

`python -m benchmarks.relay [--events N] [--seconds S]`: our relay beside two references in the same run, a
bare loop without any guarantee and sends that are awaited one by one. Embedded Postgres with fsync; Apache Kafka at
KAFKA_BOOTSTRAP_SERVERS, or started from its jars.
"""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.frame import Row, own_cpu, percentiles, show
from benchmarks.system import kafka
from operations.embedded.postgres import temporary_postgres
from operations.migrate import migrate_estate, service_estate
from shared.clock import SystemClock
from shared.database import Database
from shared.events.catalogue import TOPICS
from shared.ids import uuid7
from shared.messaging.envelope import Sent
from shared.messaging.outbox import insert_events
from shared.messaging.outbox_rows import READING
from shared.messaging.relay import Relay
from shared.messaging.topics import wait_and_ensure_topics
from shared.settings import Settings

SERVICE = "intake"
TOPIC = "consultation-requested"
KEYS = 1000
BODY = 500
RATE = 200
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Figures:
    """What one way of sending showed."""

    name: str
    events: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def per_100_000(self) -> float:
        """Seconds of CPU."""
        return self.cpu / self.events * 100_000


def invented(number: int) -> Sent:
    """An event of the usual size, with the headers every event has."""
    event_id, key = uuid7(), f"01900000-0000-7000-8000-000000000001/key-{number % KEYS:04}"
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(event_id),
        "ce_type": f"{TOPIC}.v1",
        "ce_source": f"/{SERVICE}",
        "ce_subject": str(event_id),
        "ce_time": "2026-06-15T18:00:00+00:00",
        "ce_clinicid": "01900000-0000-7000-8000-000000000001",
        "ce_subjectversion": str(number),
        "ce_correlationid": str(event_id),
        "content-type": "application/json",
    }
    body = json.dumps({"n": number, "pad": "".join(random.choices("abcdefghij0123456789", k=BODY))})
    return Sent(event_id, TOPIC, key, headers, body.encode())


async def drained(pool: asyncpg.Pool) -> None:
    """Returns once nothing waits."""
    while True:
        if not await pool.fetchval("select exists (select from outbox_waiting)"):
            return
        await asyncio.sleep(0.05)


async def records(servers: str, count: int, since: dict[TopicPartition, int]) -> list[tuple[int, str]]:
    """Timestamp and key of every record after `since`; reading them all is also the proof that they are there."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(list(since))
        for place, offset in since.items():
            consumer.seek(place, offset)
        found: list[tuple[int, str]] = []
        while len(found) < count:
            for batch in (await consumer.getmany(timeout_ms=1000)).values():
                found += [(record.timestamp, (record.key or b"").decode()) for record in batch]
        return found
    finally:
        await consumer.stop()


async def ends(servers: str) -> dict[TopicPartition, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    await consumer.start()
    try:
        return await consumer.end_offsets([TopicPartition(TOPIC, n) for n in range(TOPICS[TOPIC].partitions)])
    finally:
        await consumer.stop()


async def drain(name: str, servers: str, count: int, send_all: Callable[[], Awaitable[None]]) -> Figures:
    before, cpu = await ends(servers), own_cpu()
    await send_all()
    used = own_cpu() - cpu
    stamps = [stamp for stamp, _ in await records(servers, count, before)]
    return Figures(name, count, max(1, max(stamps) - min(stamps)) / 1000, used)


async def prefill(pool: asyncpg.Pool, count: int) -> None:
    clock = SystemClock()
    for start in range(0, count, BATCH):
        async with pool.acquire() as connection:
            await insert_events(connection, [invented(n) for n in range(start, min(start + BATCH, count))], clock.now())


@contextlib.asynccontextmanager
async def producer(servers: str) -> AsyncIterator[AIOKafkaProducer]:
    client = AIOKafkaProducer(bootstrap_servers=servers, acks="all", enable_idempotence=True, max_batch_size=262144)
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def by_relay(settings: Settings, database: Database) -> None:
    relay = Relay(settings, database)
    await relay.start()
    await drained(database.pool)
    await relay.stop()


async def by_bare_loop(servers: str, pool: asyncpg.Pool) -> None:
    """Reads, sends everything at once, deletes: no order after a failure, no leases, no memory of offsets."""
    async with producer(servers) as client, pool.acquire() as connection:
        await connection.execute(READING)  # as the relay: a reference must not lose by a bad plan
        while True:
            async with connection.transaction():
                rows = await connection.fetch(
                    """
                    select seq, topic, key, headers, body from outbox_waiting
                     order by seq limit $1 for update skip locked
                    """,
                    BATCH,
                )
                if not rows:
                    return
                sent = [
                    await client.send(
                        row["topic"],
                        row["body"],
                        row["key"].encode(),
                        headers=[(name, value.encode()) for name, value in json.loads(row["headers"]).items()],
                    )
                    for row in rows
                ]
                await asyncio.gather(*sent)
                await connection.execute(
                    """
                    with gone as (delete from outbox_waiting where seq = any($1) returning *)
                    insert into outbox_sent
                    select seq, event_id, recorded_at, lane, topic, key, headers, body, now(), 0, 0, 0 from gone
                    """,
                    [row["seq"] for row in rows],
                )


async def one_by_one(servers: str, pool: asyncpg.Pool) -> None:
    async with producer(servers) as client:
        for row in await pool.fetch("delete from outbox_waiting returning topic, key, body"):
            await client.send_and_wait(row["topic"], row["body"], row["key"].encode())


async def latency(settings: Settings, database: Database, servers: str, seconds: float) -> list[float]:
    """Milliseconds from the return of each commit to the arrival at a consumer, at RATE a second, open loop."""
    relay = Relay(settings, database)
    database.on_outbox = relay.wake
    await relay.start()
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="latest")
    await consumer.start()
    places = [TopicPartition(TOPIC, n) for n in range(TOPICS[TOPIC].partitions)]
    consumer.assign(places)
    await consumer.seek_to_end()
    committed: dict[str, float] = {}
    seen: dict[str, float] = {}

    async def listen() -> None:
        async for record in consumer:
            seen[dict(record.headers)["ce_id"].decode()] = time.perf_counter()

    async def say(number: int) -> None:
        event = invented(number)
        async with database.pool.acquire() as connection:
            await insert_events(connection, [event], database.clock.now())
            committed[str(event.id)] = time.perf_counter()
        database.on_outbox()

    listening = asyncio.create_task(listen())
    await asyncio.sleep(2)
    saying = []
    began = time.perf_counter()
    for number in range(int(RATE * (seconds + 2))):
        await asyncio.sleep(max(0, began + number / RATE - time.perf_counter()))
        saying.append(asyncio.create_task(say(number)))
    await asyncio.gather(*saying)
    await drained(database.pool)
    await asyncio.sleep(0.3)
    listening.cancel()
    await consumer.stop()
    await relay.stop()
    warm = list(committed)[RATE * 2 :]
    return sorted((seen[event_id] - committed[event_id]) * 1000 for event_id in warm)


async def measure(events: int, seconds: float) -> list[Row]:
    async with temporary_postgres() as postgres, kafka() as servers:
        name = "benchmark_relay"
        await migrate_estate(postgres.dsn(), service_estate(SERVICE, name))
        settings = Settings(  # type: ignore[call-arg]
            environment="development",
            database_url=postgres.dsn(name),  # type: ignore[arg-type]
            kafka_bootstrap_servers=[servers],
        )
        await wait_and_ensure_topics(settings)
        database = await Database.open(settings, SERVICE)
        async with database.transaction() as tx:
            await tx.execute("select add_outbox_partitions(current_date - 200, 214)")
        figures = []
        ways: list[tuple[str, int, Callable[[], Awaitable[None]]]] = [
            ("relay, warming up", min(events, 5000), lambda: by_relay(settings, database)),
            ("relay", events, lambda: by_relay(settings, database)),
            ("bare loop", events, lambda: by_bare_loop(servers, database.pool)),
            ("awaited one by one", min(events, 3000), lambda: one_by_one(servers, database.pool)),
        ]
        for title, count, send_all in ways:
            await prefill(database.pool, count)
            admin = await asyncpg.connect(postgres.dsn(name))
            await admin.execute("vacuum analyze intake.outbox_waiting")
            await admin.execute("checkpoint")
            await admin.close()
            figures.append(await drain(title, servers, count, send_all))
        waits = await latency(settings, database, servers, seconds)
        await database.close()
    bare = next(figure for figure in figures if figure.name == "bare loop")
    cuts = percentiles([wait / 1000 for wait in waits])
    rows = []
    for figure in figures[1:]:
        figure_is = "outbox → Kafka, one relay" if figure.name == "relay" else f"  reference: {figure.name}"
        goals = ("10,000/s", "Debezium's, at a third of its CPU") if figure.name == "relay" else ("", "")
        rows.append(Row(figure_is, figure.rate, "/s", bare.rate, bare.name, *goals))
        rows.append(Row("  CPU for 100,000", figure.per_100_000, "s", bare.per_100_000, bare.name))
    rows.append(Row(f"commit → visible in Kafka at {RATE}/s, nothing else running, p50", cuts[0], "ms", aim="≤ 3 ms"))
    rows.append(Row("  p99", cuts[1], "ms", at_least="≤ 30 ms", aim="≤ 10 ms"))
    return rows


if __name__ == "__main__":
    show("Outbox → Kafka", measure, events=100_000, seconds=15.0)
