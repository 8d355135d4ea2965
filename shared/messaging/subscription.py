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
from aiokafka.errors import IllegalStateError
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
from shared.messaging.positions import Move, Position, PositionLost, move_positions, read_positions
from shared.messaging.rows import Row, read_row

log = structlog.get_logger()

Record = ConsumerRecord[Any, Any]

MOST_ROWS = 1000
MOST_SAFETY_ROWS = 20
PARTITION_BYTES = 256 * 1024
"""What is fetched ahead of each partition: enough for full batches, and a bound on memory with a long backlog."""
FETCH_BYTES = 2 * 1024 * 1024
HEARTBEAT_MS = 500
"""A member learns from its heartbeat that another has come or gone; until every one has, nobody has partitions."""
SESSION_MS = 10_000
SAFETY_SESSION_MS = 6_000
"""How long the partitions of a killed member wait for another. Brokers allow no less than six seconds."""
GIVE_BACK = 8.0
"""Seconds a rebalance waits for the batch in hand; after that the compare-and-set decides who was first."""
READ_POSITIONS = 8.0
"""Seconds that a new assignment waits for the database; later the rows themselves ask for their positions."""
ASK_BROKER = 5.0


class Subscription(ConsumerRebalanceListener):
    """Hears one topic for one reaction. `start` and `stop` may be called again and again."""

    def __init__(self, effects: Effects, database: Database, gate: Gate, *, safety: bool) -> None:
        self.reaction = effects.reaction
        self.safety = safety
        self.positions: dict[int, Position] = {}
        self.assigned = False
        self.progress_at = time.monotonic()
        self._effects = effects
        self._database = database
        self._gate = gate
        self._busy = asyncio.Lock()
        self._leaving = effects.leaving
        self._stopping = False
        self._turn = 0
        self._sought: dict[int, int] = {}
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
            session_timeout_ms=SAFETY_SESSION_MS if self.safety else SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            rebalance_timeout_ms=30_000,
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
    def at_work(self) -> bool:
        """Rows are in hand; while they wait for the database this is no standstill."""
        return self._busy.locked()

    async def start(self) -> None:
        """Raises one of BROKER_FAILURES when the broker is away; nothing is left running then."""
        self._stopping = False
        self._leaving.clear()
        self.progress_at = time.monotonic()
        try:
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
        self.positions.clear()

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
        self._turn += 1
        self.positions.clear()

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
                await self._resolve([partition.partition for partition in assigned])
        except Exception as error:
            log.warning("positions_unread", group=self.reaction.group, failure=type(error).__name__)

    async def look_again(self, ends: Mapping[TopicPartition, int], epochs: Mapping[TopicPartition, int]) -> None:
        """Called now and then with the ends of the logs, as they were after the positions were last moved.

        Reads positions that could not be read when they were needed, and begins again where the log is not the one that
        was read: it ends before the position, or (`epochs`) its last record was sent after a cut that nobody saw here.
        """
        if self._busy.locked() or self.consumer is None:
            return
        async with self._busy:
            mine = [partition.partition for partition in self.consumer.assignment()]
            if missing := [partition for partition in mine if partition not in self.positions]:
                await self._resolve(missing)
            for partition in mine:
                place, position = self._place(partition), self.positions.get(partition)
                if position is None or place not in ends:
                    continue
                if (log_epoch := epochs.get(place, 0)) > position.log_epoch:
                    await self._begin_again(partition, log_epoch, "log-epoch-rose")
                elif ends[place] < position.next_offset and await self._was_cut(partition, position):
                    await self._begin_again(partition, position.log_epoch, "log-ends-before-position")

    async def notice(self, stored: Mapping[tuple[str, int], tuple[int, int]]) -> None:
        """Goes where the positions stand that somebody else has moved, such as a replay. Called with all of the service's.

        Where rows arrive, the next compare-and-set would show it; on a quiet topic nothing else would.
        """
        if self._busy.locked():
            return
        async with self._busy:
            moved = [
                partition
                for partition, position in self.positions.items()
                if stored.get((self.reaction.group, partition), (position.next_offset, position.log_epoch))
                != (position.next_offset, position.log_epoch)
            ]
            await self._resolve(moved)

    # From a record to its effect -----------------------------------------------------------------------------------

    async def _envelope(self, record: Record) -> KafkaMessage:
        return KafkaMessage(
            body=record.value or b"",
            raw_message=record,
            consumer=self.consumer or FAKE_CONSUMER,
        )

    async def _hear(self, record: Record) -> None:
        """FastStream calls this with the first record. It must not raise: FastStream would go on with the next."""
        consumer, turn = self.consumer, self._turn
        if consumer is None:
            return
        try:
            more = await consumer.getmany(timeout_ms=0, max_records=self._most - 1)
            async with self._busy:
                if turn != self._turn:  # assigned anew meanwhile: these records may belong to somebody else now
                    self._seek_all()
                    return
                await self._handle(_by_partition(record, more))
        except PutDown:
            pass
        except Exception as error:
            level = log.warning if of_the_place(error) else log.exception
            level("poll_failed", group=self.reaction.group, failure=type(error).__name__)
            self._turn += 1
            self._seek_all()
            with contextlib.suppress(PutDown):
                await self._effects.sleep(1.0)

    @property
    def _most(self) -> int:
        return MOST_SAFETY_ROWS if self.safety else MOST_ROWS

    async def _handle(self, records: Mapping[int, list[Record]]) -> None:
        if missing := [partition for partition in records if partition not in self.positions]:
            await self._resolve(missing)
            self._seek_all()
            return
        rows = {
            partition: batch for partition in records if (batch := await self._expected(partition, records[partition]))
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
            await self._resolve(list(records))
            log.warning("position_lost", group=self.reaction.group)
        except BaseException:
            self._seek_all()
            if rows:
                await self._unmark(rows)
            raise
        self.progress_at = time.monotonic()

    async def _as_batch(self, rows: Mapping[int, list[Row]]) -> None:
        moves = [self._move(partition, batch) for partition, batch in rows.items()]
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
            move = self._move(partition, [row])
            await self._effects.settle([row], [move])
            self._moved([move])

    async def _together(self, partition: int, group: Sequence[Row]) -> bool:
        """False when they must be taken one by one."""
        if self._leaving.is_set():
            raise PutDown
        move = self._move(partition, group)
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
            move = self._move(partition, [row])
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

    def _move(self, partition: int, rows: Sequence[Row]) -> Move:
        """Raises PutDown when the partition was given away while its rows were in hand."""
        position = self.positions.get(partition)
        if position is None:
            raise PutDown
        return Move(partition, position.next_offset, position.log_epoch, rows[-1].offset + 1, position.log_epoch)

    def _moved(self, moves: Iterable[Move]) -> None:
        for move in moves:
            if position := self.positions.get(move.partition):  # else given away meanwhile
                position.next_offset = move.to_offset
        self.progress_at = time.monotonic()

    # Which of the records are next ---------------------------------------------------------------------------------

    async def _expected(self, partition: int, records: list[Record]) -> list[Row]:
        """The rows that follow the position. None of them, after a seek, where the log does not go on as expected."""
        position = self.positions[partition]
        rows = [read_row(record, self.reaction.model) for record in records]
        highest = max(row.log_epoch for row in rows)  # also of what lies before the position: it was another log
        if highest > position.log_epoch:
            await self._begin_again(partition, highest, "log-epoch-rose")
            return []
        if rows[0].offset < position.next_offset:
            if await self._was_cut(partition, position):
                await self._begin_again(partition, position.log_epoch, "log-ends-before-position")
                return []
            rows = [row for row in rows if row.offset >= position.next_offset]
        if not rows or (rows[0].offset > position.next_offset and self._sought.get(partition) != position.next_offset):
            # Either repeats only, or offsets are missing. Kafka may have removed those; asked for them by their number
            # once, it will show.
            self._seek(partition)
            return []
        return rows

    async def _was_cut(self, partition: int, position: Position) -> bool:
        consumer, place = self.consumer, self._place(partition)
        assert consumer is not None
        async with asyncio.timeout(ASK_BROKER):
            ends = await consumer.end_offsets([place])
        return ends[place] < position.next_offset

    async def _begin_again(self, partition: int, log_epoch: int, reason: str) -> None:
        """The log is not the one that was read: from its beginning, and the inbox absorbs what is known."""
        position = self.positions[partition]
        log.warning(
            "log_begins_again",
            group=self.reaction.group,
            partition=partition,
            offset=position.next_offset,
            log_epoch=log_epoch,
            reason=reason,
        )
        async with self._database.pool.acquire(timeout=ASK_BROKER) as connection:
            move = Move(partition, position.next_offset, position.log_epoch, 0, log_epoch)
            try:
                await move_positions(connection, self.reaction.group, self.topic, [move])
            except PositionLost:
                await self._resolve([partition])
                return
        self.positions[partition] = Position(0, log_epoch)
        self._turn += 1
        self._seek(partition)

    async def _resolve(self, partitions: Sequence[int]) -> None:
        """Reads positions as they are stored, and seeks there."""
        if not partitions:
            return
        async with self._database.pool.acquire(timeout=ASK_BROKER) as connection:
            found = await read_positions(connection, self.reaction.group, self.topic, partitions)
        self.positions.update(found)
        self._turn += 1
        for partition in partitions:
            self._seek(partition)

    def _seek_all(self) -> None:
        for partition in list(self.positions):
            self._seek(partition)

    def _seek(self, partition: int) -> None:
        if self.consumer is None:
            return
        next_offset = self.positions[partition].next_offset
        try:
            self.consumer.seek(self._place(partition), next_offset)
            self._sought[partition] = next_offset
        except IllegalStateError:  # no longer ours
            self.positions.pop(partition, None)

    def _place(self, partition: int) -> TopicPartition:
        return TopicPartition(self.topic, partition)

    # What is in hand -----------------------------------------------------------------------------------------------

    async def _mark(self, rows: Mapping[int, list[Row]], deaths: int = 0) -> None:
        moves = [self._move(partition, batch) for partition, batch in rows.items()]

        async def write_down() -> None:
            async with self._database.pool.acquire(timeout=ASK_BROKER) as connection:
                await in_hand.mark(connection, self.reaction, moves, deaths=deaths)

        await self._effects.insist(write_down)

    async def _unmark(self, rows: Mapping[int, list[Row]]) -> None:
        """At best: a mark that stays makes the next start careful, nothing more."""
        moves = [self._move(partition, batch) for partition, batch in rows.items() if partition in self.positions]
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
