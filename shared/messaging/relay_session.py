"""One life of the relay's producer: from reaching the broker until something makes a fresh start necessary.

Five loops share what is in hand: one reads the oldest rows, one hands batches to the producer, one marks what was
acknowledged, one keeps the leases, one looks at the ends of the logs. Whatever goes wrong with the broker ends the
session in an orderly way: nothing more is handed over, what is on its way may end, what was acknowledged is marked. A
database that is away ends nothing: each loop waits for it with what it has in hand.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError, PolicyViolationError, RecordListTooLargeError
from aiokafka.structs import RecordMetadata

from shared.clock import Clock
from shared.crash_points import crash_point
from shared.database.failures import is_place
from shared.events.catalogue import Topic
from shared.messaging import outbox_rows
from shared.messaging.broker import BROKER_FAILURES
from shared.messaging.key_order import KeyOrder, Row
from shared.messaging.lanes import Lanes
from shared.messaging.log_cut import LogCut, LogMemory, find_cuts, find_overwritten, reopen
from shared.messaging.outbox_rows import Acknowledged, Backlog
from shared.messaging.record_batch import Unsendable, fill_batch, place_of
from shared.messaging.relay_connection import RelayConnection
from shared.messaging.topics import ensure_topics
from shared.settings import Settings

log = structlog.get_logger()

READ_ROWS = 3000
READ_BYTES = 8 * 1024 * 1024
MOST_IN_HAND = 9000
"""Rows read and not yet marked; with READ_BYTES it bounds the relay's memory whatever the backlog. Rows about safety are
read beyond it."""
GATHER = 0.002
"""Seconds for each row that a read found, until the next: each read and each request to the broker costs more than a row,
so under load several rows share them. A row that comes alone is read at once."""
LONGEST_GATHER = 0.02
WORTH_ANOTHER_LOOK = 100
"""A read of so many rows probably left more behind."""
ALONE_POLL = 0.25
"""Seconds between looks while nobody wakes us: only another process without a relay can have written."""
SHARED_POLL = 0.02
"""The same while other relays live: their processes write rows into our lanes and cannot wake us."""
MARK_WAIT = 0.02
"""Seconds that acknowledged rows are gathered before they are marked; nobody waits for the mark."""
MARK_AT = 1000
"""So many acknowledged rows are marked at once."""
KEEP_EVERY = 2.0
KEEP_SOON = 0.2
SEND_PATIENCE = 30.0
"""Seconds a send may be pending before the lanes are given up and the producer is restarted."""
LOG_LOOK = 10.0
FRESH = 0.5
"""Seconds between a look at what others have sent and a mark, in which no log is cut and written on: a broker that loses
records is away for longer."""
LAST_LOOKS = 1.5
"""Seconds a loop may take to end. One that is in the middle of a question to the broker may not hear that it should. With
the other bounds of a stop it stays below `relay.STOP_TIMEOUT`, so that lanes are still given up."""
LAST_SENDS = 5.0
LAST_MARKS = 3.0
DATABASE_WAIT = 0.5

TOO_MUCH_FOR_THE_BROKER = (MessageSizeTooLargeError, RecordListTooLargeError, PolicyViolationError)
"""Refusals that lie with a row. All other failures of a send are the broker's."""


class SendsStuck(Exception):
    """A send was pending for SEND_PATIENCE."""


class LogsCut(Exception):
    """Logs are shorter than what was acknowledged; `RelaySession.cuts` says which and where."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows on their way. `above` is the highest offset of their log that was known when they left, as of `known_at`."""

    place: TopicPartition
    rows: list[Row]
    log_epoch: int
    above: int
    known_at: float
    left_at: float


@dataclass(slots=True)
class RelayState:
    """What outlives a session."""

    settings: Settings
    service: str
    clock: Clock
    topics: Mapping[str, Topic]
    lanes: Lanes
    reading: RelayConnection
    marking: RelayConnection
    keeping: RelayConnection
    memory: LogMemory = field(default_factory=LogMemory)
    alone: set[int] = field(default_factory=set)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    backlog: Backlog = field(default_factory=lambda: Backlog(None, 0))
    partitions: dict[str, int] = field(init=False)
    """Of every topic that can be sent to."""

    def __post_init__(self) -> None:
        self.partitions = {topic.name: topic.partitions for topic in self.topics.values()}

    def learn(self, found: Mapping[str, int]) -> None:
        """Topics as the broker has them. A newer release beside this one says events on some that are not declared here, and
        in the same outbox; their rows may be in our lanes."""
        self.partitions = {**found, **self.partitions}

    @property
    def own_topics(self) -> list[Topic]:
        """Those that this service says, and so looks after."""
        return [topic for topic in self.topics.values() if topic.said_by == self.service]

    def is_safety(self, topic: str) -> bool:
        """Whether its events go before everything else. A topic that nobody declares has none."""
        return topic in self.topics and self.topics[topic].safety


async def until_the_place_is_well(attempt: Callable[[], Awaitable[None]], what: str) -> None:
    """Tries until the database lets it happen, with jitter. Any other failure is raised."""
    while True:
        try:
            await attempt()
        except Exception as error:
            if not is_place(error):
                raise
            log.warning("relay_waits_for_database", where=what, failure=type(error).__name__)
            await asyncio.sleep(DATABASE_WAIT * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        else:
            return


async def set_within(event: asyncio.Event, seconds: float) -> None:
    """Returns when the event is set, or when the time is over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _end_of(loop: "asyncio.Task[None]") -> BaseException | None:
    """With what it ended; one that has not is left to itself: its producer is given up, and its rows are read anew."""
    if not loop.done():
        log.warning("relay_loop_lingers", where=loop.get_name())
        return None
    return None if loop.cancelled() else loop.exception()


class RelaySession:
    """Sends what waits in our lanes through one producer."""

    def __init__(self, state: RelayState, producer: AIOKafkaProducer) -> None:
        self._state = state
        self._producer = producer
        self._order: KeyOrder[TopicPartition] = KeyOrder()
        self._in_hand: dict[int, int] = {}
        """Lane by seq, of every row read and not yet marked."""
        self._more_waiting = False
        self._on_way: dict[TopicPartition, Batch] = {}
        self._movable = asyncio.Event()
        self._acknowledged: list[Acknowledged] = []
        self._unmarked = 0
        self._to_mark = asyncio.Event()
        self._enough_to_mark = asyncio.Event()
        self._progress = True
        self._closing = False
        self.cuts: list[LogCut] = []
        """Every log that turned out to be cut, also by answers that came after the session's end had begun."""
        self._trouble: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def pending(self) -> int:
        """Rows read and not yet marked."""
        return len(self._in_hand)

    async def run(self, stopping: asyncio.Event) -> None:
        """Works until `stopping` is set.

        Raises SendsStuck, LogsCut, Unsendable, or what the broker answered, after an orderly end.
        """
        state = self._state
        loops = [
            asyncio.create_task(loop, name=f"relay-{loop.__name__}")
            for loop in (self._read(), self._send(), self._keep(), self._watch_logs())
        ]
        marker = asyncio.create_task(self._mark(), name="relay-mark")
        stop = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait([self._trouble, stop, marker, *loops], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._closing = True
            stop.cancel()
            for loop in loops:
                loop.cancel()
            await asyncio.wait(loops, timeout=LAST_LOOKS)
            ends = [_end_of(loop) for loop in loops]
            stuck = self._trouble.done() and isinstance(self._trouble.exception(), SendsStuck)
            if not stuck:
                await self._last_sends()
            self._to_mark.set()
            self._enough_to_mark.set()
            await asyncio.wait([marker], timeout=LAST_MARKS)
            marker.cancel()
            await asyncio.wait([marker], timeout=LAST_LOOKS)
            ends.append(_end_of(marker))
            if stuck or stopping.is_set():
                await self._let_go()
            state.wake.set()
        if self._trouble.done():
            self._trouble.result()
        for end in ends:
            if isinstance(end, Exception):
                raise end

    @property
    def quiet(self) -> bool:
        """Nothing is on its way: the producer can be stopped without waiting."""
        return not self._on_way

    async def _let_go(self) -> None:
        try:
            async with asyncio.timeout(LAST_MARKS), self._state.keeping.use() as connection:
                await self._state.lanes.give_up(connection)
        except Exception as error:  # the leases run out by themselves
            log.warning("relay_lanes_not_given_up", failure=type(error).__name__)

    async def _last_sends(self) -> None:
        deadline = asyncio.get_running_loop().time() + LAST_SENDS
        while self._on_way and (left := deadline - asyncio.get_running_loop().time()) > 0:
            self._movable.clear()
            await set_within(self._movable, left)

    def _fail(self, error: Exception) -> None:
        if not self._trouble.done():
            self._trouble.set_exception(error)

    # Reading ----------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        state = self._state
        while True:
            state.wake.clear()
            rows = 0
            if state.lanes.in_time:
                try:
                    rows = await self._take_oldest()
                except Exception as error:
                    if not is_place(error):
                        raise
                    log.warning("relay_waits_for_database", where="read", failure=type(error).__name__)
                    await asyncio.sleep(DATABASE_WAIT * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
                    continue
            if rows >= WORTH_ANOTHER_LOOK and len(self._in_hand) < MOST_IN_HAND:
                continue
            self._more_waiting = rows > 0 or len(self._in_hand) >= MOST_IN_HAND
            if self._more_waiting:
                await asyncio.sleep(min(GATHER * max(rows, 1), LONGEST_GATHER))
            poll = (ALONE_POLL if state.lanes.alone else SHARED_POLL) * random.uniform(0.7, 1.3)  # noqa: S311 - jitter
            await set_within(state.wake, poll)

    async def _take_oldest(self) -> int:
        """Takes what waits in our lanes into hand; answers how many rows that were."""
        state = self._state
        known, room = (self._in_hand, READ_ROWS) if len(self._in_hand) < MOST_IN_HAND else ((), 0)
        lanes = state.lanes.readable
        if not lanes:
            return 0
        async with state.reading.use() as connection:
            if not state.lanes.alone:
                await state.memory.refresh(connection)
            rows = await outbox_rows.oldest(connection, lanes, known, room, READ_BYTES)
        ours, before = set(state.lanes.readable), len(self._in_hand)  # the lanes may have changed while we read
        for row in rows:
            if row["lane"] in ours and row["seq"] not in self._in_hand:
                try:
                    self._order.add(row, place_of(row, state.partitions))
                except Unsendable as unsendable:
                    self._fail(unsendable)
                    break
                self._in_hand[row["seq"]] = row["lane"]
        taken = len(self._in_hand) - before
        if taken:
            self._movable.set()
        return taken

    # Sending ----------------------------------------------------------------------------------------------------

    async def _send(self) -> None:
        while True:
            await self._movable.wait()
            self._movable.clear()
            free = [place for place in self._order.ready if place not in self._on_way]
            for place in sorted(free, key=lambda place: not self._state.is_safety(place.topic)):
                if not self._state.lanes.in_time:
                    break  # whoever renews the leases sets us going again
                await self._send_batch(place)

    async def _send_batch(self, place: TopicPartition) -> None:
        line = self._order.ready[place]
        log_epoch = self._state.memory.epoch(place)
        try:
            builder, rows = fill_batch(self._producer, line, log_epoch, self._state.alone)
        except Unsendable as unsendable:
            self._fail(unsendable)
            return
        if not line:
            del self._order.ready[place]
        if not rows:
            return
        above, now = self._state.memory.highest(place), asyncio.get_running_loop().time()
        known_at = now if self._state.lanes.alone else self._state.memory.looked_at
        batch = self._on_way[place] = Batch(place, rows, log_epoch, above, known_at, left_at=now)
        try:
            answer = await self._producer.send_batch(builder, place.topic, partition=place.partition)
        except BROKER_FAILURES as error:
            self._fail(error)
            return
        answer.add_done_callback(partial(self._answered, batch))

    def _answered(self, batch: Batch, answer: "asyncio.Future[RecordMetadata]") -> None:
        del self._on_way[batch.place]
        self._movable.set()
        error = asyncio.CancelledError() if answer.cancelled() else answer.exception()
        if error is not None:
            self._refused(batch, error)
            return
        offset = answer.result().offset
        if offset < 0:
            # "Stored already, I no longer know where": without a place it could not be found missing. Send it anew.
            self._fail(ConnectionError("acknowledged without an offset"))
        elif offset <= batch.above:
            self.cuts.append(LogCut(batch.place, offset, batch.log_epoch))
            self._fail(LogsCut())
        else:
            self._stands(batch, offset)

    def _stands(self, batch: Batch, offset: int) -> None:
        self._progress = True
        self._state.memory.acknowledged(batch.place, offset + len(batch.rows) - 1)
        for row in batch.rows:
            self._order.acknowledged(row)
        self._acknowledged.append(Acknowledged(*batch.place, batch.log_epoch, offset, batch.rows, batch.known_at))
        self._unmarked += len(batch.rows)
        self._to_mark.set()
        if self._unmarked >= MARK_AT:
            self._enough_to_mark.set()

    def _refused(self, batch: Batch, error: BaseException) -> None:
        if not isinstance(error, TOO_MUCH_FOR_THE_BROKER):
            self._fail(error if isinstance(error, Exception) else ConnectionError("the producer went away"))
        elif len(batch.rows) == 1:
            self._fail(Unsendable(batch.rows[0]["seq"], f"refused-by-broker:{type(error).__name__}"))
        else:
            self._state.alone.update(row["seq"] for row in batch.rows)
            self._fail(error)

    # Marking ----------------------------------------------------------------------------------------------------

    async def _mark(self) -> None:
        while True:
            await self._to_mark.wait()
            self._to_mark.clear()
            if self._acknowledged:
                await set_within(self._enough_to_mark, MARK_WAIT)
                batches, self._acknowledged, self._unmarked = self._acknowledged, [], 0
                self._enough_to_mark.clear()
                crash_point("after_publish_before_mark")
                await until_the_place_is_well(partial(self._mark_batches, batches), "mark")
                now = asyncio.get_running_loop().time()
                if late := [batch for batch in batches if now - batch.known_at > FRESH]:
                    await until_the_place_is_well(partial(self._refill_overwritten, late), "refill")
                for batch in batches:
                    for row in batch.rows:
                        del self._in_hand[row["seq"]]
                        self._state.alone.discard(row["seq"])
                if self._more_waiting:
                    self._state.wake.set()
            if self._closing and not self._acknowledged:
                return

    async def _mark_batches(self, batches: list[Acknowledged]) -> None:
        state = self._state
        async with state.marking.use() as connection:
            moved = await outbox_rows.mark_sent(
                connection, batches, state.lanes.owner, state.lanes.held, state.clock.now()
            )
            if len(moved) < sum(len(batch.rows) for batch in batches):
                await self._unmoved(connection, batches, moved)

    async def _unmoved(self, connection: asyncpg.Connection, batches: list[Acknowledged], moved: set[int]) -> None:
        """Rows that were not marked wait still, and whoever holds their lane sends them again.

        Where the log was found cut meanwhile, they also say from where on it was written anew. Otherwise their lanes are
        no longer ours: they are let go at once, or we should read and send the same rows until the next look at leases.
        """
        state = self._state
        await state.memory.refresh(connection)
        for batch in batches:
            place = TopicPartition(batch.topic, batch.partition)
            unmoved = [index for index, row in enumerate(batch.rows) if row["seq"] not in moved]
            if unmoved and state.memory.epoch(place) > batch.log_epoch:
                cut = LogCut(place, batch.first_offset + unmoved[0], batch.log_epoch)
                await reopen(connection, cut, safety=state.is_safety(place.topic))
            else:
                self._lose({batch.rows[index]["lane"] for index in unmoved})

    async def _refill_overwritten(self, late: list[Acknowledged]) -> None:
        async with self._state.marking.use() as connection:
            for cut in await find_overwritten(connection, late):
                log.warning("relay_log_overwritten", topic=cut.place.topic)
                await reopen(connection, cut, safety=self._state.is_safety(cut.place.topic))
                self._fail(LogsCut())

    # Watching ---------------------------------------------------------------------------------------------------

    async def _keep(self) -> None:
        while True:
            now = asyncio.get_running_loop().time()
            if self._on_way and now - min(batch.left_at for batch in self._on_way.values()) > SEND_PATIENCE:
                self._fail(SendsStuck())
            if self._progress or not self._on_way:
                self._progress = False
                try:
                    await self._keep_lanes()
                except Exception as error:
                    if not is_place(error):
                        raise
                    log.warning("relay_waits_for_database", where="keep", failure=type(error).__name__)
            soon = self._state.lanes.unsettled or not self._state.lanes.in_time
            await asyncio.sleep((KEEP_SOON if soon else KEEP_EVERY) * random.uniform(0.8, 1.2))  # noqa: S311 - jitter

    async def _keep_lanes(self) -> None:
        state = self._state
        before = set(state.lanes.held)
        async with state.keeping.use() as connection:
            lost = await state.lanes.keep(connection, set(self._in_hand.values()))
            state.backlog = await outbox_rows.backlog(connection)
        self._lose(lost)
        if set(state.lanes.held) - before:
            state.wake.set()
        self._movable.set()

    def _lose(self, lanes: set[int]) -> None:
        """These lanes are somebody else's now; so are their rows that have not left yet."""
        if lanes:
            log.warning("relay_lanes_lost", count=len(lanes))
            self._state.lanes.forget(lanes)
            for row in self._order.drop(lanes):
                del self._in_hand[row["seq"]]

    async def _watch_logs(self) -> None:
        state = self._state
        while not self._closing:  # a client of the broker may have swallowed the cancellation
            await asyncio.sleep(LOG_LOOK * random.uniform(0.8, 1.0))  # noqa: S311 - jitter
            try:
                await ensure_topics(state.settings, state.own_topics)
                cuts = await find_cuts(state.keeping, state.settings, state.service)
            except Exception as error:
                if not (is_place(error) or isinstance(error, BROKER_FAILURES)):
                    raise
                log.warning("relay_logs_not_seen", failure=type(error).__name__)
            else:
                if cuts:
                    self.cuts += cuts
                    self._fail(LogsCut())
