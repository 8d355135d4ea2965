"""The relay: brings what waits in the outbox to Kafka, in order per key, and remembers where it stands there."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import structlog

from shared.database.database import Database
from shared.database.failures import is_place
from shared.database.pool import service_pool
from shared.events.catalogue import TOPICS, Topic
from shared.ids import uuid7
from shared.messaging import outbox_rows
from shared.messaging.broker import BROKER_FAILURES, abandon_producer, start_producer, stop_producer
from shared.messaging.lanes import Lanes
from shared.messaging.log_cut import LogCut, find_cuts, reopen
from shared.messaging.outbox_rows import Backlog
from shared.messaging.record_batch import Unsendable
from shared.messaging.relay_connection import RelayConnection
from shared.messaging.relay_session import LogsCut, RelaySession, RelayState, SendsStuck, set_within
from shared.messaging.topics import WrongPartitions, ensure_topics
from shared.settings import Settings

log = structlog.get_logger()

CONNECTIONS = 3
"""One that reads, one that marks, one that keeps leases: none waits for another, nor for requests."""
SHORTEST_WAIT, LONGEST_WAIT = 0.2, 2.0
STOP_TIMEOUT = 15.0
"""Seconds; the parts of a stop have shorter bounds of their own."""
LATE = 60.0
"""Seconds after which an event that still waits makes the relay unwell."""


class Relay:
    """Runs from `start` to `stop`, through any absence of broker and database. `wake` after a commit that wrote events."""

    def __init__(self, settings: Settings, database: Database, topics: Mapping[str, Topic] = TOPICS) -> None:
        self._settings = settings.model_copy(update={"database_pool_size": CONNECTIONS})
        self._database = database
        self._topics = topics
        self._state: RelayState | None = None
        self._session: RelaySession | None = None
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failure: str | None = None
        self._cuts: list[LogCut] = []
        self._unsendable: list[Unsendable] = []

    async def start(self) -> None:
        """Returns at once; broker and database may come later."""
        self._task = asyncio.create_task(self._run(), name="relay")

    def wake(self) -> None:
        """Something was committed just now."""
        if self._state is not None:
            self._state.wake.set()

    async def stop(self) -> None:
        """Lets sends that are on their way end and marks them, within a bound. What still waits stays in the outbox."""
        self._stopping.set()
        if self._task is None:
            return
        await asyncio.wait([self._task], timeout=STOP_TIMEOUT)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def health(self) -> dict[str, Any]:
        """How it is: broker reached, lanes held, rows in hand, age of the oldest that waits, rows that cannot be sent."""
        state, session = self._state, self._session
        backlog = state.backlog if state else Backlog(None, 0)
        age = (self._database.clock.now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
        return {
            "ok": session is not None and not backlog.parked and age < LATE,
            "broker": session is not None,
            "failure": None if session else self._failure,
            "lanes": len(state.lanes.held) if state else 0,
            "in_hand": session.pending if session else 0,
            "oldest_waiting_seconds": round(age, 1),
            "parked": backlog.parked,
            "parked_rows": [{"number": number, "topic": topic, "why": why} for number, topic, why in backlog.named],
        }

    async def _run(self) -> None:
        pool = await service_pool(self._settings, self._database.service)
        lanes = Lanes(uuid7())
        self._state = RelayState(
            settings=self._settings,
            service=self._database.service,
            clock=self._database.clock,
            topics=self._topics,
            lanes=lanes,
            reading=RelayConnection(pool, outbox_rows.READING),
            marking=RelayConnection(pool, outbox_rows.MARKING),
            keeping=RelayConnection(pool, lanes.sign_of_life),
        )
        try:
            await self._live(self._state)
        finally:
            pool.terminate()

    async def _live(self, state: RelayState) -> None:
        """Session after session. After a failure of the place, longer and longer waits with jitter; for ever."""
        wait = SHORTEST_WAIT
        while not self._stopping.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await self._serve(state)
                continue
            except LogsCut:
                log.warning("relay_logs_cut", count=len(self._cuts))
                continue
            except Unsendable as unsendable:
                log.warning("relay_row_unsendable", reason=unsendable.why)
                self._unsendable.append(unsendable)
                continue
            except SendsStuck:
                log.warning("relay_sends_stuck")
                self._failure = "sends-stuck"
            except WrongPartitions:
                log.critical("relay_topics_wrong")
                self._failure = "topics-have-other-partitions"
                wait = LONGEST_WAIT
            except Exception as error:  # whatever it is, events must flow once it is over
                self._failure = type(error).__name__
                placed = is_place(error) or isinstance(error, BROKER_FAILURES)
                (log.warning if placed else log.exception)("relay_interrupted", failure=type(error).__name__)
            lasted = asyncio.get_running_loop().time() - began
            wait = SHORTEST_WAIT if lasted > LONGEST_WAIT else min(wait * 2, LONGEST_WAIT)
            await set_within(self._stopping, wait * random.uniform(0.5, 1.5))  # noqa: S311 - jitter

    async def _serve(self, state: RelayState) -> None:
        """One session, after what the last one left to do. Nothing is sent before the logs were looked at."""
        state.learn((await ensure_topics(self._settings, state.own_topics)).others)
        self._unsendable = [row for row in self._unsendable if row.topic not in state.partitions]
        await self._settle(state)
        cuts = await find_cuts(state.keeping, self._settings, state.service)
        async with state.keeping.use() as connection:
            await state.memory.refresh(connection)
        if cuts:
            self._cuts += cuts
            raise LogsCut
        producer = await start_producer(self._settings, state.service, [topic.name for topic in state.own_topics])
        session = self._session = RelaySession(state, producer)
        try:
            await session.run(self._stopping)
        finally:
            self._session = None
            self._cuts += session.cuts
            await (stop_producer if session.quiet else abandon_producer)(producer)

    async def _settle(self, state: RelayState) -> None:
        """Puts back what cut logs lost, and parks what cannot be sent."""
        async with state.keeping.use() as connection:
            while self._cuts:
                count = await reopen(connection, self._cuts[0], safety=state.is_safety(self._cuts[0].place.topic))
                log.warning("relay_log_reopened", topic=self._cuts[0].place.topic, count=count)
                self._cuts.pop(0)
            while self._unsendable:
                row = self._unsendable[0]
                await outbox_rows.park(connection, row.seq, state.lanes.owner, row.why, state.clock.now())
                self._unsendable.pop(0)
