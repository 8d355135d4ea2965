"""Where one member stands in each of its partitions, and where its client reads: the two are kept together.

A client that is ahead of what was committed, or in a log that is not the one that was read, is sent back to the position;
rows that the position has passed are nobody's work any more.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError

from shared.database import Database
from shared.messaging.effects import PutDown
from shared.messaging.positions import Move, Position, PositionLost, move_positions, read_positions
from shared.messaging.reactions import Reaction
from shared.messaging.rows import Row

log = structlog.get_logger()

ASK_BROKER = 5.0
"""Seconds that the broker, or the pool, may take to answer."""


class Stand:
    """The positions of one reaction's group, as far as they are this member's. `client` is None while there is none."""

    def __init__(self, reaction: Reaction, database: Database, client: Callable[[], AIOKafkaConsumer | None]) -> None:
        self.positions: dict[int, Position] = {}
        self.turn = 0
        """Rises whenever records that are on their way may be somebody else's, or others than are wanted."""
        self._reaction = reaction
        self._database = database
        self._client = client
        self._sought: dict[int, int] = {}

    def give_up(self) -> None:
        """The partitions are somebody else's."""
        self.turn += 1
        self.positions.clear()

    def missing(self, partitions: Iterable[int]) -> list[int]:
        """Those whose positions could not be read yet."""
        return [partition for partition in partitions if partition not in self.positions]

    def move(self, partition: int, rows: Sequence[Row]) -> Move:
        """Raises PutDown when the partition was given away while its rows were in hand."""
        position = self.positions.get(partition)
        if position is None:
            raise PutDown
        return Move(partition, position.next_offset, position.log_epoch, rows[-1].offset + 1, position.log_epoch)

    def moved(self, moves: Iterable[Move]) -> None:
        for move in moves:
            if position := self.positions.get(move.partition):  # else given away meanwhile
                position.next_offset = move.to_offset

    async def look_again(self, ends: Mapping[TopicPartition, int], epochs: Mapping[TopicPartition, int]) -> None:
        """`Subscription.look_again`, where nothing is in hand."""
        client = self._client()
        if client is None:
            return
        mine = [partition.partition for partition in client.assignment()]
        if missing := self.missing(mine):
            await self.resolve(missing)
        for partition in mine:
            place, position = self.place(partition), self.positions.get(partition)
            if position is None or place not in ends:
                continue
            if (log_epoch := epochs.get(place, 0)) > position.log_epoch:
                await self._begin_again(partition, log_epoch, "log-epoch-rose")
            elif ends[place] < position.next_offset and await self._was_cut(partition, position):
                await self._begin_again(partition, position.log_epoch, "log-ends-before-position")

    async def notice(self, stored: Mapping[tuple[str, int], tuple[int, int]]) -> None:
        """`Subscription.notice`, where nothing is in hand."""
        moved = [
            partition
            for partition, position in self.positions.items()
            if stored.get((self._reaction.group, partition), (position.next_offset, position.log_epoch))
            != (position.next_offset, position.log_epoch)
        ]
        await self.resolve(moved)

    async def expected(self, partition: int, rows: list[Row]) -> list[Row]:
        """The rows that follow the position. None of them, after a seek, where the log does not go on as expected."""
        position = self.positions[partition]
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
        client, place = self._client(), self.place(partition)
        assert client is not None
        async with asyncio.timeout(ASK_BROKER):
            ends = await client.end_offsets([place])
        return ends[place] < position.next_offset

    async def _begin_again(self, partition: int, log_epoch: int, reason: str) -> None:
        """The log is not the one that was read: from its beginning, and the inbox absorbs what is known."""
        position = self.positions[partition]
        log.warning(
            "log_begins_again",
            group=self._reaction.group,
            partition=partition,
            offset=position.next_offset,
            log_epoch=log_epoch,
            reason=reason,
        )
        async with self._database.pool.acquire(timeout=ASK_BROKER) as connection:
            move = Move(partition, position.next_offset, position.log_epoch, 0, log_epoch)
            try:
                await move_positions(connection, self._reaction.group, self._reaction.model.topic, [move])
            except PositionLost:
                await self.resolve([partition])
                return
        self.positions[partition] = Position(0, log_epoch)
        self.turn += 1
        self._seek(partition)

    async def resolve(self, partitions: Sequence[int]) -> None:
        """Reads positions as they are stored, and seeks there."""
        if not partitions:
            return
        async with self._database.pool.acquire(timeout=ASK_BROKER) as connection:
            found = await read_positions(connection, self._reaction.group, self._reaction.model.topic, partitions)
        self.positions.update(found)
        self.turn += 1
        for partition in partitions:
            self._seek(partition)

    def seek_all(self) -> None:
        for partition in list(self.positions):
            self._seek(partition)

    def _seek(self, partition: int) -> None:
        client = self._client()
        if client is None:
            return
        next_offset = self.positions[partition].next_offset
        try:
            client.seek(self.place(partition), next_offset)
            self._sought[partition] = next_offset
        except IllegalStateError:  # no longer ours
            self.positions.pop(partition, None)

    def place(self, partition: int) -> TopicPartition:
        return TopicPartition(self._reaction.model.topic, partition)
