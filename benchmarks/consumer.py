"""Kafka to effect: how many events a second become committed effects, and how soon after the commit that said them.

    python -m benchmarks.consumer [--events 60000] [--json]

One process consumes what lies in Apache Kafka (KAFKA_BOOTSTRAP_SERVERS, or started from its jars) into a Postgres of
its own with fsync on. The reference does the same effect in the plainest way: one consumer, one record, one transaction.
"""

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer

from benchmarks.frame import Row, own_cpu, percentiles, show
from benchmarks.measured_events import PARTITIONS, fill, many, new_event, one, plainly, record
from benchmarks.system import kafka
from operations.embedded.postgres import temporary_postgres
from operations.migrate import revisions, service_estate
from shared.clock import SystemClock
from shared.database import Database
from shared.database.migrations import migrate
from shared.database.roles import prepare
from shared.events.base import PatientEvent
from shared.keyring.ciphers import ServiceCipher
from shared.messaging.consumer import Consumer
from shared.messaging.effects import Effects
from shared.messaging.reactions import Reactions
from shared.settings import Settings

DATABASE = "chairside"
RATE = 200


@asynccontextmanager
async def ours(
    settings: Settings, database: Database, model: type[PatientEvent], *, batch: bool
) -> AsyncIterator[Consumer]:
    reactions = Reactions("intake")
    (reactions.on_batch if batch else reactions.on)(model)(many if batch else one)
    consumer = Consumer(settings, database, reactions, ServiceCipher(os.urandom(32), "intake"))
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def effects(database: Database) -> int:
    return await database.pool.fetchval("select count(*) from effect")


async def reached(database: Database, count: int) -> None:
    """The count is asked for rarely: counting must not be what is measured."""
    await until(lambda: _has(database, count), 0.1)


async def _has(database: Database, count: int) -> bool:
    return await effects(database) >= count


async def until(true: Callable[[], Awaitable[bool]], every: float) -> None:
    while True:
        if await true():
            return
        await asyncio.sleep(every)


async def joined(consumer: Consumer) -> None:
    """Waits until every subscription has its partitions."""

    async def well() -> bool:
        return consumer.health()["ok"]

    await until(well, 0.05)


async def speed(database: Database, count: int, how: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Events per second from the first effect to the last, and seconds of this process's CPU per 10,000."""
    await database.pool.execute("truncate effect")
    running = asyncio.ensure_future(how())
    await reached(database, 1)
    begun, at, cpu = time.perf_counter(), await effects(database), own_cpu()
    await reached(database, count)
    took = time.perf_counter() - begun
    used = own_cpu() - cpu
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return (count - at) / took, used / (count - at) * 10_000


async def latencies(settings: Settings, database: Database, *, batch: bool, seconds: float) -> list[float]:
    """Milliseconds from the send to the committed effect, at a steady 200 events a second."""
    model = new_event()
    await fill(settings, model, PARTITIONS)
    heard: dict[UUID, float] = {}

    reactions = Reactions("intake")
    (reactions.on_batch if batch else reactions.on)(model)(many if batch else one)
    consumer = Consumer(settings, database, reactions, ServiceCipher(os.urandom(32), "intake"))
    restore = _note_commits(heard)
    await consumer.start()
    sent: dict[UUID, float] = {}
    try:
        await joined(consumer)
        await asyncio.sleep(1)
        async with AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers, acks="all") as producer:
            begin = time.perf_counter()
            for turn in range(int(RATE * seconds)):
                await asyncio.sleep(max(0.0, begin + turn / RATE - time.perf_counter()))
                made = record(model)
                sent[UUID(dict(made["headers"])["ce_id"].decode())] = time.perf_counter()
                await producer.send(**made)
            await producer.flush()
        await asyncio.sleep(1)
    finally:
        await consumer.stop()
        restore()
    return sorted((heard[event] - at) * 1000 for event, at in list(sent.items())[RATE:] if event in heard)


def _note_commits(heard: dict[UUID, float]) -> Callable[[], None]:
    """Notes when each event's transaction has returned from its commit."""
    original = Effects.settle

    async def settle(self: Effects, rows: Any, moves: Any) -> None:
        await original(self, rows, moves)
        now = time.perf_counter()
        for row in rows:
            if row.message:
                heard[row.message.id] = now

    Effects.settle = settle  # type: ignore[method-assign]

    def restore() -> None:
        Effects.settle = original  # type: ignore[method-assign]

    return restore


async def idle(settings: Settings, database: Database, topics: int, seconds: float) -> tuple[float, float]:
    """Share of one core, and MiB of memory above what the process had, with `topics` subscriptions and no traffic."""
    reactions = Reactions("intake")
    for _ in range(topics):
        model = new_event()
        await fill(settings, model, 0)
        reactions.on_batch(model)(many)
    before = _memory()
    consumer = Consumer(settings, database, reactions, ServiceCipher(os.urandom(32), "intake"))
    await consumer.start()
    try:
        await joined(consumer)
        await asyncio.sleep(5)
        begun, cpu = time.perf_counter(), own_cpu()
        await asyncio.sleep(seconds)
        return (own_cpu() - cpu) / (time.perf_counter() - begun) * 100, _memory() - before
    finally:
        await consumer.stop()


def _memory() -> float:
    """Resident MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1024 / 1024


async def figures(settings: Settings, database: Database, count: int) -> list[Row]:
    async def serve(batch: bool, model: type[PatientEvent]) -> None:
        async with ours(settings, database, model, batch=batch):
            await asyncio.Event().wait()

    rows: list[Row] = []
    few = max(2000, count // 6)
    model = new_event()
    await fill(settings, model, few)
    plain, plain_cpu = await speed(database, few, lambda: plainly(settings, database, model, side_by_side=False))

    def row(what: str, rate: float, cpu: float, at_least: str = "", aim: str = "") -> None:
        rows.append(Row(what, rate, "/s", plain, "one by one", at_least, aim))
        rows.append(Row("  CPU for 10,000", cpu, "s", plain_cpu, "one by one"))

    beside = new_event()
    await fill(settings, beside, few)
    twelve, cpu = await speed(database, few, lambda: plainly(settings, database, beside, side_by_side=True))
    row("  reference: 12 side by side", twelve, cpu)
    for batch, name, number, *goals in (
        (False, "Kafka → effect, `on`: one event, one transaction", few, "Watermill's 6,500/s", ""),
        (True, "Kafka → effect, `on_batch`", count, "10,000/s", "25,000/s"),
    ):
        heard = new_event()
        await fill(settings, heard, number)
        rate, cpu = await speed(database, number, lambda b=batch, m=heard: serve(b, m))
        row(name, rate, cpu, *goals)
    for batch, name in ((False, "on"), (True, "on_batch")):
        times = await latencies(settings, database, batch=batch, seconds=10)
        p50, p99 = percentiles([one / 1000 for one in times])
        rows.append(Row(f"send → effect at {RATE}/s, `{name}`, p50", p50, "ms"))
        rows.append(Row("  p99", p99, "ms"))
    share, memory = await idle(settings, database, 25, 20)
    rows.append(Row("25 idle subscriptions: CPU", share, "% of a core"))
    rows.append(Row("  memory added", memory, "MiB"))
    return rows


async def measure(events: int) -> list[Row]:
    async with contextlib.AsyncExitStack() as stack:
        bootstrap = await stack.enter_async_context(kafka())
        postgres = await stack.enter_async_context(
            temporary_postgres(settings={"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"})
        )
        estate = service_estate("intake", DATABASE)
        await prepare(postgres.dsn(), estate)
        await migrate(postgres.dsn(), estate, revisions("intake"))
        admin = await asyncpg.connect(postgres.dsn(DATABASE))
        await admin.execute(
            """
            create table intake.effect (event_id uuid primary key, request_id uuid not null, reference text not null);
            grant all on intake.effect to chairside_intake;
            """
        )
        await admin.close()
        settings = Settings(
            environment="development",
            database_url=postgres.dsn(DATABASE),
            kafka_bootstrap_servers=bootstrap.split(","),
            database_pool_size=int(os.environ.get("DATABASE_POOL_SIZE", "16")),
        )
        database = await Database.open(settings, "intake", SystemClock())
        stack.push_async_callback(database.close)
        return await figures(settings, database, events)


if __name__ == "__main__":
    show("Kafka → effect, one consumer process", measure, events=60_000)
