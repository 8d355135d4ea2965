"""One reaction's ear: one FastStream subscriber on one topic, and the rows of each poll on their way to their effects.

FastStream gives one record at a time, without polling; what else has arrived by then is taken along. It is handed the
raw record, because its own parser loses records whose headers are null or not UTF-8.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from shared.database import Database
from shared.messaging import in_hand
from shared.messaging.broker import BROKER_FAILURES
from shared.messaging.dead_letters import Failure
from shared.messaging.effects import Effects, PutDown, of_the_place
from shared.messaging.gate import Gate
from shared.messaging.groups import MOST, first_group
from shared.messaging.positions import Move, Position, PositionLost
from shared.messaging.rows import Row, read_row
from shared.messaging.stand import ASK_BROKER, Stand

log = structlog.get_logger()

Record = ConsumerRecord[Any, Any]

MOST_ROWS = 1000
MOST_SAFETY_ROWS = 20
PARTITION_BYTES = 256 * 1024
"""What is fetched ahead of each partition: enough for full batches, and a bound on memory with a long backlog."""
FETCH_BYTES = 2 * 1024 * 1024
HEARTBEAT_MS = 500
"""A member learns from its heartbeat that another has come or gone; until every one has, nobody has partitions."""
SESSION_MS = 6_000
"""How long the partitions of a killed member wait for another. Brokers allow no less."""
GIVE_BACK = 8.0
"""Seconds a rebalance waits for the batch in hand; after that the compare-and-set decides who was first."""
REBALANCE_MS = 15_000
"""How long a group waits for a member that lives and gives its partitions back: GIVE_BACK, and room for a busy machine."""
JOIN = 30.0
"""Seconds that joining the group may take, twice what a rebalance may: aiokafka itself waits without end."""
READ_POSITIONS = 8.0
"""Seconds that a new assignment waits for the database; later the rows themselves ask for their positions."""


class Subscription(ConsumerRebalanceListener):
    """Hears one topic for one reaction. `start` and `stop` may be called again and again."""

    def __init__(self, effects: Effects, database: Database, gate: Gate, *, safety: bool) -> None:
        self.reaction = effects.reaction
        self.safety = safety
        self.assigned = False
        self.progress_at = time.monotonic()
        self._effects = effects
        self._database = database
        self._gate = gate
        self._busy = asyncio.Lock()
        self._leaving = effects.leaving
        self._stopping = False
        self._stand = Stand(effects.reaction, database, lambda: self.consumer)
        self._subscriber: Any = None

    # The subscriber ------------------------------------------------------------------------------------------------

    def declare(self, broker: KafkaBroker, instance_id: str | None) -> None:
        """Declares the subscriber on `broker`; every option that decides about losing records is written out."""
        self._subscriber = broker.subscriber(
            self.topic,
            group_id=self.reaction.group,
            group_instance_id=instance_id,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            listener=self,
            parser=self._envelope,
            decoder=_raw,
            no_reply=True,
            fetch_max_bytes=FETCH_BYTES,
            max_partition_fetch_bytes=PARTITION_BYTES,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            rebalance_timeout_ms=REBALANCE_MS,
        )
        self._subscriber(self._hear)

    @property
    def topic(self) -> str:
        return self.reaction.model.topic

    @property
    def subscribed(self) -> list[str]:
        """The topics FastStream will really subscribe to."""
        return self._subscriber.topic_names

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        return self._subscriber.consumer

    @property
    def positions(self) -> Mapping[int, Position]:
        """Where this member stands, by partition."""
        return self._stand.positions

    @property
    def at_work(self) -> bool:
        """Rows are in hand; while they wait for the database this is no standstill."""
        return self._busy.locked()

    async def start(self) -> None:
        """Raises one of BROKER_FAILURES when the broker is away; nothing is left running then."""
        self._stopping = False
        self._leaving.clear()
        self.progress_at = time.monotonic()
        try:
            async with asyncio.timeout(JOIN):
                await self._subscriber.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stops polling, lets the row or batch in hand end, leaves the group. Bounded by the broker's grace."""
        self._stopping = True
        self._leaving.set()
        self.assigned = False
        with contextlib.suppress(*BROKER_FAILURES):
            async with asyncio.timeout(ASK_BROKER + GIVE_BACK):
                await self._subscriber.stop()
        self._stand.give_up()

    # Assignment ----------------------------------------------------------------------------------------------------

    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride] - aiokafka awaits it
        self,
        revoked: Iterable[TopicPartition],  # noqa: ARG002 - all of them, always: the protocol is the eager one
    ) -> None:
        """What is in hand is finished or put down before somebody else gets the partitions."""
        self._leaving.set()
        self.assigned = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GIVE_BACK), self._busy:
                pass
        self._stand.give_up()

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride] - aiokafka awaits it
        self, assigned: Iterable[TopicPartition]
    ) -> None:
        """Reading begins at the stored positions; if the database is away, it is asked again when rows arrive."""
        if not self._stopping:
            self._leaving.clear()
        self.assigned = True
        self.progress_at = time.monotonic()
        try:
            async with asyncio.timeout(READ_POSITIONS), self._busy:
                await self._stand.resolve([partition.partition for partition in assigned])
        except Exception as error:
            log.warning("positions_unread", group=self.reaction.group, failure=type(error).__name__)

    async def look_again(self, ends: Mapping[TopicPartition, int], epochs: Mapping[TopicPartition, int]) -> None:
        """Called now and then with the ends of the logs, as they were after the positions were last moved.

        Reads positions that could not be read when they were needed, and begins again where the log is not the one that
        was read: it ends before the position, or (`epochs`) its last record was sent after a cut that nobody saw here.
        """
        if not self._busy.locked():
            async with self._busy:
                await self._stand.look_again(ends, epochs)

    async def notice(self, stored: Mapping[tuple[str, int], tuple[int, int]]) -> None:
        """Goes where the positions stand that somebody else has moved, such as a replay. Called with all of the service's.

        Where rows arrive, the next compare-and-set would show it; on a quiet topic nothing else would.
        """
        if not self._busy.locked():
            async with self._busy:
                await self._stand.notice(stored)

    # From a record to its effect -----------------------------------------------------------------------------------

    async def _envelope(self, record: Record) -> KafkaMessage:
        return KafkaMessage(
            body=record.value or b"",
            raw_message=record,
            consumer=self.consumer or FAKE_CONSUMER,
        )

    async def _hear(self, record: Record) -> None:
        """FastStream calls this with the first record. It must not raise: FastStream would go on with the next."""
        consumer, turn = self.consumer, self._stand.turn
        if consumer is None:
            return
        try:
            more = await consumer.getmany(timeout_ms=0, max_records=self._most - 1)
            async with self._busy:
                if turn != self._stand.turn:  # assigned anew meanwhile: these records may belong to somebody else now
                    self._stand.seek_all()
                    return
                await self._handle(_by_partition(record, more))
        except PutDown:
            pass
        except Exception as error:
            level = log.warning if of_the_place(error) else log.exception
            level("poll_failed", group=self.reaction.group, failure=type(error).__name__)
            self._stand.turn += 1
            self._stand.seek_all()
            with contextlib.suppress(PutDown):
                await self._effects.sleep(1.0)

    @property
    def _most(self) -> int:
        return MOST_SAFETY_ROWS if self.safety else MOST_ROWS

    def _read(self, records: Iterable[Record]) -> list[Row]:
        return [read_row(record, self.reaction.model) for record in records]

    def _moved(self, moves: Iterable[Move]) -> None:
        self._stand.moved(moves)
        self.progress_at = time.monotonic()

    async def _handle(self, records: Mapping[int, list[Record]]) -> None:
        if missing := self._stand.missing(records):
            await self._stand.resolve(missing)
            self._stand.seek_all()
            return
        rows = {
            partition: batch
            for partition in records
            if (batch := await self._stand.expected(partition, self._read(records[partition])))
        }
        try:
            rows = {
                partition: rest for partition in rows if (rest := await self._one_by_one(partition, rows[partition]))
            }
            if rows:
                async with contextlib.nullcontext() if self.safety else self._gate.together():
                    await self._mark(rows)
                    await (self._as_batch(rows) if self.reaction.batch else self._as_events(rows))
        except PositionLost:
            await self._stand.resolve(list(records))
            log.warning("position_lost", group=self.reaction.group)
        except BaseException:
            self._stand.seek_all()
            if rows:
                await self._unmark(rows)
            raise
        self.progress_at = time.monotonic()

    async def _as_batch(self, rows: Mapping[int, list[Row]]) -> None:
        moves = [self._stand.move(partition, batch) for partition, batch in rows.items()]
        await self._effects.settle([row for batch in rows.values() for row in batch], moves)
        self._moved(moves)

    async def _as_events(self, rows: Mapping[int, list[Row]]) -> None:
        """Partitions side by side, the rows of one partition after another.

        Rows that fit are tried together. After a group that could not be, its first row goes alone, then two, four …: what
        stood in the way may be gone with it, and where it is not, few attempts are in vain.
        """

        async def walk(partition: int, batch: Sequence[Row]) -> None:
            rest, alone = batch, 1
            while rest:
                group = first_group(rest, self.reaction.together)
                if len(group) > 1 and await self._together(partition, group):
                    alone = 1
                else:
                    group = group[:alone]
                    alone = min(2 * alone, MOST)
                    await self._apart(partition, group)
                rest = rest[len(group) :]

        ends = await asyncio.gather(*(walk(*item) for item in rows.items()), return_exceptions=True)
        for error in sorted(
            (end for end in ends if isinstance(end, BaseException)), key=lambda e: isinstance(e, PositionLost)
        ):
            raise error

    async def _apart(self, partition: int, rows: Sequence[Row]) -> None:
        for row in rows:
            if self._leaving.is_set():
                raise PutDown
            move = self._stand.move(partition, [row])
            await self._effects.settle([row], [move])
            self._moved([move])

    async def _together(self, partition: int, group: Sequence[Row]) -> bool:
        """False when they must be taken one by one."""
        if self._leaving.is_set():
            raise PutDown
        move = self._stand.move(partition, group)
        if done := await self._effects.settle_together(group, move):
            self._moved([move])
        return done

    async def _one_by_one(self, partition: int, rows: list[Row]) -> list[Row]:
        """Rows over which a process has died are taken alone, each with a count of its deaths. Answers the others."""
        position = self.positions[partition]
        for index, row in enumerate(rows):
            if row.offset > position.suspect_until:
                return rows[index:]
            deaths = position.deaths if row.offset == position.suspect_offset else 0
            move = self._stand.move(partition, [row])
            if deaths >= in_hand.MOST_DEATHS:
                await self._effects.bury(row, move, Failure(in_hand.PROCESS_DIED, deaths))
            else:
                async with self._gate.alone():
                    await self._mark({partition: [row]}, deaths + 1)
                    try:
                        await self._effects.settle([row], [move])
                    except PutDown:
                        await self._unmark({partition: [row]})
                        raise
            self._moved([move])
        return []

    # What is in hand -----------------------------------------------------------------------------------------------

    async def _mark(self, rows: Mapping[int, list[Row]], deaths: int = 0) -> None:
        moves = [self._stand.move(partition, batch) for partition, batch in rows.items()]

        async def write_down() -> None:
            async with self._database.pool.acquire(timeout=ASK_BROKER) as connection:
                await in_hand.mark(connection, self.reaction, moves, deaths=deaths)

        await self._effects.insist(write_down)

    async def _unmark(self, rows: Mapping[int, list[Row]]) -> None:
        """At best: a mark that stays makes the next start careful, nothing more."""
        moves = [self._stand.move(partition, batch) for partition, batch in rows.items() if partition in self.positions]
        with contextlib.suppress(Exception):
            async with asyncio.timeout(1), self._database.pool.acquire() as connection:
                await in_hand.unmark(connection, self.reaction, moves)


async def _raw(message: KafkaMessage) -> Any:
    return message.raw_message


def _by_partition(first: Record, more: Mapping[TopicPartition, list[Record]]) -> dict[int, list[Record]]:
    records = {first.partition: [first]}
    for place, batch in more.items():
        records.setdefault(place.partition, []).extend(batch)
    return records
