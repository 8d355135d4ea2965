"""One audit: waits for the drain, takes a snapshot, gathers the evidence, asks every question."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from operations.auditing import (
    acknowledged,
    bookings,
    effects_once,
    ledger,
    messages,
    order,
    outbox_and_topics,
    state_and_events,
)
from operations.auditing.evidence import gather, prepare
from operations.auditing.findings import Findings
from operations.auditing.lag import Lag, cuts_not_noticed, lag_of, pause
from operations.auditing.system import CannotLook, System
from operations.auditing.topic_reader import Span, all_places
from shared.messaging.broker import BROKER_FAILURES, log_reader

CHECKS = (
    *acknowledged.CHECKS,
    *state_and_events.CHECKS,
    *outbox_and_topics.CHECKS,
    *effects_once.CHECKS,
    *bookings.CHECKS,
    *order.CHECKS,
    *messages.CHECKS,
)
SESSION = {
    "application_name": "chairside audit",
    "statement_timeout": "300s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "300s",
    "work_mem": "64MB",
    "jit": "off",
}


async def audit(system: System, *, within: float = 60.0, ledger_file: Path | None = None) -> Findings:
    """Waits up to `within` seconds until nothing waits, then looks at everything; changes nothing.

    When it does not come to that, what is late counts against I10, and the other sentences are judged by what must be
    true by now. Raises CannotLook.
    """
    try:
        async with AsyncExitStack() as held:
            connection = await held.enter_async_context(_connected(system))
            reader = await held.enter_async_context(log_reader(system.settings, "audit", all_places()))
            await prepare(connection)
            await ledger.load(connection, ledger_file)
            snapshot = await held.enter_async_context(_drained(connection, reader, within))
            receipts = await system.mailbox() if system.mailbox else None
            await gather(connection, reader, snapshot.spans, receipts)
            found = [await check.find(connection) for check in CHECKS]
            found += snapshot.lag.findings(snapshot.took, within)
            return Findings(tuple(found), snapshot.took, snapshot.last)
    except (*BROKER_FAILURES, asyncpg.PostgresError, asyncpg.InterfaceError, httpx.HTTPError) as error:
        raise CannotLook(f"{type(error).__name__}: {error}") from error


@asynccontextmanager
async def _connected(system: System) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(
        system.settings.database_url.get_secret_value(), timeout=10, server_settings=SESSION
    )
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One instant of the database, and the logs around it.

    `took`: seconds until nothing waited; None if it still does. `last`: what waited at the look before.
    """

    spans: dict[TopicPartition, Span]
    lag: Lag
    took: float | None
    last: tuple[str, ...]


@asynccontextmanager
async def _drained(connection: asyncpg.Connection, reader: AIOKafkaConsumer, within: float) -> AsyncIterator[Snapshot]:
    """The first snapshot in which nothing waits, or the last before the time is over."""
    loop = asyncio.get_running_loop()
    began, places = loop.time(), all_places()
    before, last = await reader.end_offsets(places), ()
    while True:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute("select from notifications.message limit 0")  # the snapshot is taken here
            first, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
            lag = await lag_of(connection, first, ends)
            if lag.none:
                lag.cut += await cuts_not_noticed(connection, reader, ends)
            took = loop.time() - began
            if lag.none or took >= within:
                spans = {place: Span(first[place], before[place], ends[place]) for place in places}
                yield Snapshot(spans, lag, took if lag.none else None, last)
                return
        before, last = ends, lag.waits
        await pause()
