"""The ways in which one service may hear what was said, through its real positions, inbox and effects.

Kafka keeps the events of one key in order within a topic; everything else is chance: which topic is read first, how many
records a poll brings, when a process dies, who thinks that a partition is still theirs, and when a log turns out to be cut
and is filled again.
"""

import asyncio
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from uuid import UUID

from aiokafka import ConsumerRecord

from shared.database import Database
from shared.ids import uuid7
from shared.keyring.ciphers import ServiceCipher
from shared.messaging.effects import Effects
from shared.messaging.groups import first_group
from shared.messaging.inbox import take
from shared.messaging.positions import Move, Position, PositionLost, move_positions, read_positions
from shared.messaging.reactions import OneByOne, Reaction
from shared.messaging.rows import LOG_EPOCH_HEADER, Row, read_row
from tests.integration.journeys.house import REACTIONS
from tests.integration.journeys.said import Said

PARTITIONS = 2
SIDE_BY_SIDE = 3
_unused_partitions = count(0, PARTITIONS)


class Died(Exception):
    """The process is gone between two instructions."""


async def one_by_one(database: Database, hearer: str, said: Sequence[Said]) -> None:
    """In the order in which it was said, each alone: what every other way is held against."""
    for one in said:
        if reaction := REACTIONS[hearer].get(one.topic):
            await _handle(database, reaction, [one], hearer)


async def in_any_order(database: Database, hearer: str, said: Sequence[Said], chance: Random) -> None:
    """Whatever Kafka would never do as well: no order at all, some of it twice, and nothing that remembers repeats."""
    heard = [one for one in said if one.topic in REACTIONS[hearer]]
    heard += chance.sample(heard, len(heard) // 3)
    chance.shuffle(heard)
    while heard:
        topic, most = heard[-1].topic, chance.choice((1, 1, 2, 5))
        batch = [one for one in heard if one.topic == topic][:most]
        for one in batch:
            heard.remove(one)
        await _handle(database, REACTIONS[hearer][topic], batch, hearer)


async def _handle(database: Database, reaction: Reaction, batch: Sequence[Said], hearer: str) -> None:
    messages = [replace(one.heard_by(hearer), id=uuid7()) for one in batch]
    if reaction.batch:
        async with database.transaction() as tx:
            await reaction.handle(tx, messages, tx.now)
        return
    for message in messages:
        async with database.transaction() as tx:
            await reaction.handle(tx, message, tx.now)


async def as_kafka_may(
    database: Database, hearer: str, said: Sequence[Said], chance: Random, sealer: ServiceCipher, clinic_id: UUID
) -> None:
    """Until every topic was heard to its end."""
    first = next(_unused_partitions)
    ears = [
        Ear(database, reaction, Effects(reaction, database, sealer, clinic_id, slot=asyncio.Semaphore(SIDE_BY_SIDE)))
        for reaction in REACTIONS[hearer].values()
    ]
    for ear in ears:
        ear.log = {partition: [] for partition in range(first, first + PARTITIONS)}
        for one in said:
            if one.topic == ear.reaction.model.topic:
                ear.log[first + zlib.crc32(one.key.encode()) % PARTITIONS].append(one)
        await ear.start()
    while pending := [ear for ear in ears if ear.pending()]:
        chosen = chance.sample(pending, min(len(pending), chance.randint(1, SIDE_BY_SIDE)))
        await asyncio.gather(*(ear.poll(chance) for ear in chosen))


@dataclass
class Ear:
    """One reaction's consumer, and the log it reads."""

    database: Database
    reaction: Reaction
    effects: Effects
    log: dict[int, list[Said]] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)

    async def start(self) -> None:
        """As after a restart: nothing is known but what is stored."""
        async with self.database.pool.acquire() as connection:
            self.positions = await read_positions(
                connection, self.reaction.group, self.reaction.model.topic, list(self.log)
            )

    def pending(self) -> list[int]:
        """Partitions that are not read to their end."""
        return [partition for partition, log in self.log.items() if self.positions[partition].next_offset < len(log)]

    async def poll(self, chance: Random) -> None:
        """Some records of some partitions; now and then something goes wrong with them."""
        partitions = self.pending()
        chosen = chance.sample(partitions, chance.randint(1, len(partitions)))
        polled = [self._next(partition, chance.choice((1, 2, 3, 10))) for partition in chosen]
        rows = [row for of_partition in polled for row in of_partition]
        # A projection takes the whole poll in one transaction, a decision row by row, or those of a partition that fit.
        for batch in [rows] if self.reaction.batch else self._decisions(polled):
            if not await self._effect(batch, chance):
                return

    def _decisions(self, polled: list[list[Row]]) -> Iterator[list[Row]]:
        for of_partition in polled:
            rest = of_partition
            while rest:
                group = list(first_group(rest, self.reaction.together))
                yield group
                rest = rest[len(group) :]

    async def _effect(self, rows: list[Row], chance: Random) -> bool:
        """False when what else was polled is no longer in hand: it is read again from the stored position."""
        moves = self._moves(rows)
        match chance.randrange(12):
            case 0:
                await self._die_before_the_commit(rows, moves)
                await self.start()
                return False
            case 1:
                await self._settle(rows, moves)
                await self.start()
                return False
            case 2:
                await self._settle(rows, moves)
                await self._speak_as_a_zombie(rows, moves)
            case 3:
                await self._settle(rows, moves)
                await self._lose_the_log(chance.choice(sorted(self.log)))
                return False
            case _:
                await self._settle(rows, moves)
        return True

    async def _settle(self, rows: list[Row], moves: list[Move]) -> None:
        if self.reaction.batch or len(rows) == 1:
            await self.effects.settle(rows, moves)
        elif not await self.effects.settle_together(rows, moves[0]):
            for row in rows:
                await self._settle([row], self._moves([row]))
        for move in moves:
            self.positions[move.partition].next_offset = move.to_offset

    async def _die_before_the_commit(self, rows: list[Row], moves: list[Move]) -> None:
        messages = [row.message for row in rows if row.message]
        try:
            async with self.database.transaction() as tx:
                await take(tx, self.reaction, moves, [message.id for message in messages])
                if self.reaction.together and len(rows) > 1:
                    await self.reaction.together.handle(tx, messages, tx.now)
                else:
                    await self.reaction.handle(tx, messages if self.reaction.batch else messages[0], tx.now)
                raise Died
        except (Died, OneByOne):
            return

    async def _speak_as_a_zombie(self, rows: list[Row], moves: list[Move]) -> None:
        """The same rows once more, by somebody who does not know that the position has moved."""
        try:
            await self.effects.settle(rows, moves)
        except PositionLost:
            return
        raise AssertionError("a zombie moved the position")

    async def _lose_the_log(self, partition: int) -> None:
        """The broker lost the partition; the relay has filled it again, under a higher epoch, from the first event on."""
        position = self.positions[partition]
        move = Move(partition, position.next_offset, position.log_epoch, 0, position.log_epoch + 1)
        async with self.database.pool.acquire() as connection:
            await move_positions(connection, self.reaction.group, self.reaction.model.topic, [move])
        await self.start()

    def _next(self, partition: int, most: int) -> list[Row]:
        position = self.positions[partition]
        records = self.log[partition][position.next_offset :][:most]
        return [
            read_row(_record(one, partition, position.next_offset + n, position.log_epoch), self.reaction.model)
            for n, one in enumerate(records)
        ]

    def _moves(self, rows: list[Row]) -> list[Move]:
        last = {row.partition: row.offset for row in rows}
        return [
            Move(
                partition,
                self.positions[partition].next_offset,
                self.positions[partition].log_epoch,
                offset + 1,
                self.positions[partition].log_epoch,
            )
            for partition, offset in last.items()
        ]


def _record(said: Said, partition: int, offset: int, epoch: int) -> ConsumerRecord:
    headers = {**said.headers, LOG_EPOCH_HEADER: str(epoch)}
    return ConsumerRecord(
        topic=said.topic,
        partition=partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=said.key.encode(),
        value=said.body,
        checksum=None,
        serialized_key_size=len(said.key),
        serialized_value_size=len(said.body),
        headers=tuple((name, value.encode()) for name, value in headers.items()),
    )
