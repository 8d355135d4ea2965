"""A service that hears one topic of its own, for tests: send records by hand, look at what came of them."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic

from shared.clock import SystemClock
from shared.database import Database, Transaction
from shared.events.base import Event, Kind, PatientEvent
from shared.ids import uuid7
from shared.messaging.broker import administration
from shared.messaging.cause import Cause
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Received, seal
from shared.messaging.reactions import Reactions
from shared.settings import Settings
from tests.contracts.messaging.forked import Forked

CLINIC = UUID("01900000-0000-7000-8000-000000000001")
PARTITIONS = 3


class PlainSealer:
    """Turns bytes round, so that a test sees both that they were sealed and what is inside."""

    def seal(self, data: bytes, context: str) -> bytes:
        return context.encode() + b"|" + data[::-1]

    def open(self, sealed: bytes, context: str) -> bytes:
        prefix = context.encode() + b"|"
        assert sealed.startswith(prefix)
        return sealed[len(prefix) :][::-1]


@dataclass(frozen=True)
class Thing:
    id: UUID
    version: int = 1


def topic_of_its_own(*, safety: bool = False) -> type[Event]:
    """An event class on a topic that no other test uses."""

    class Counted(PatientEvent, topic=f"counted-{uuid7().hex}", kind=Kind.FACT, safety=safety):
        number: int
        note: str = ""

    return Counted


def records_of(
    model: type[Event], numbers: Iterable[int], *, patient: UUID | None = None, epoch: int = 0, note: str = ""
) -> list[dict[str, Any]]:
    """Records as the relay would send them, one for each number."""
    made = []
    for number in numbers:
        event = model.model_validate(
            {"clinic_id": CLINIC, "patient_id": patient or uuid7(), "number": number, "note": note}
        )
        sent = seal(event, of=Thing(uuid7()), service="intake", now=SystemClock().now(), cause=Cause("story", "before"))
        headers = {**sent.headers, "ce_logepoch": str(epoch)}
        made.append(
            {
                "topic": sent.topic,
                "key": sent.key.encode(),
                "value": sent.body,
                "headers": [(name, value.encode()) for name, value in headers.items()],
            }
        )
    return made


@dataclass
class Hearing:
    """One topic, one scratch database, and any number of consumers of it."""

    settings: Settings
    database: Database
    model: type[Event]
    producer: AIOKafkaProducer
    sealer: PlainSealer = field(default_factory=PlainSealer)
    consumers: list[Consumer] = field(default_factory=list)
    processes: list[Forked] = field(default_factory=list)

    async def send(self, records: Iterable[dict[str, Any]], *, partition: int | None = None) -> list[Any]:
        waiting = [await self.producer.send(**record, partition=partition) for record in records]
        await self.producer.flush()
        return [await one for one in waiting]

    def reactions(
        self, handle: Callable[..., Awaitable[None]] | None = None, *, batch: bool = True, **options: Any
    ) -> Reactions:
        reactions = Reactions("intake")
        (reactions.on_batch if batch else reactions.on)(self.model, **options)(
            handle or (count if batch else count_one)
        )
        return reactions

    async def listen(
        self, handle: Callable[..., Awaitable[None]] | None = None, *, member: str = "", **options: Any
    ) -> Consumer:
        return await self.listen_to(self.reactions(handle, **options), member=member)

    async def listen_to(self, reactions: Reactions, *, member: str = "") -> Consumer:
        settings = self.settings.model_copy(update={"kafka_client_name": member or f"member-{len(self.consumers)}"})
        consumer = Consumer(settings, self.database, reactions, self.sealer)
        self.consumers.append(consumer)
        await consumer.start()
        return consumer

    def member(self, name: str = "member-0", *, crash_at: str = "", **asked: Any) -> Forked:
        """A consumer in a process of its own, see member.py."""
        asked = {"batch": True, **asked} | {
            "topic": self.model.topic,
            "database_url": self.settings.database_url.get_secret_value(),
            "bootstrap": self.settings.kafka_bootstrap_servers[0],
            "kind": self.settings.kafka_broker_kind,
            "member": name,
        }
        return self._process("tests.contracts.messaging.member", asked, crash_at)

    def redriving_process(self, crash_at: str = "") -> Forked:
        """Redrives until nothing is left, see one_redriver.py."""
        asked = {"topic": self.model.topic, "database_url": self.settings.database_url.get_secret_value()}
        return self._process("tests.contracts.messaging.one_redriver", asked, crash_at)

    def _process(self, module: str, asked: dict[str, Any], crash_at: str) -> Forked:
        process = Forked(module, asked, crash_at)
        self.processes.append(process)
        return process

    async def own_table(self, columns: str) -> None:
        """A table for a reaction of the test: `thing (id uuid primary key)`."""
        admin = await asyncpg.connect(self.settings.database_url.get_secret_value())
        try:
            name = columns.partition(" ")[0]
            await admin.execute(f"create table intake.{columns}; grant all on intake.{name} to chairside_intake")
        finally:
            await admin.close()

    async def note_waits(self, table: str) -> None:
        """From now on each row of an own table notes, at its commit, whether the commit waits for the disk."""
        admin = await asyncpg.connect(self.settings.database_url.get_secret_value())
        try:
            await admin.execute(
                f"""
                create function intake.note() returns trigger language plpgsql as
                'begin
                    update intake.{table} set waits = current_setting(''synchronous_commit'') where id = new.id;
                    return null;
                 end';
                create constraint trigger at_commit after insert on intake.{table} deferrable initially deferred
                       for each row execute function intake.note();
                """
            )
        finally:
            await admin.close()

    async def stand_at(self, offset: int) -> None:
        """The position in partition 0, under the first log epoch, as if this many records had been heard."""
        await self.database.pool.execute(
            'insert into consumer_position (consumer_group, topic, "partition", next_offset) values ($1, $2, 0, $3)',
            f"{self.database.service}.{self.model.topic}",
            self.model.topic,
            offset,
        )

    async def stop(self, consumer: Consumer) -> None:
        self.consumers.remove(consumer)
        await consumer.stop()

    async def effects(self) -> dict[int, int]:
        """How often each number had its effect."""
        rows = await self.database.pool.fetch("select number, count(*) as times from counted_effect group by number")
        return {row["number"]: row["times"] for row in rows}

    async def in_order(self) -> dict[UUID, list[int]]:
        """The numbers of each patient, in the order of their effects."""
        rows = await self.database.pool.fetch("select patient, number from counted_effect order by place")
        numbers: dict[UUID, list[int]] = defaultdict(list)
        for row in rows:
            numbers[row["patient"]].append(row["number"])
        return dict(numbers)

    async def dead(self) -> list[Any]:
        return await self.database.pool.fetch('select * from dead_letter order by "partition", "offset"')

    async def said(self, topic: str) -> list[Any]:
        return await self.database.pool.fetch("select * from outbox where topic = $1", topic)

    async def passed(self, count: int, *, seconds: float = 180) -> None:
        """Waits until the positions have moved past `count` records in all, of every topic heard.

        Fails when nothing has moved for so many seconds: how long it takes altogether is the machine's.
        """
        stands, deadline = -1, 0.0
        while (moved := await self.moved()) < count:
            if moved > stands:
                stands, deadline = moved, time.monotonic() + seconds
            assert time.monotonic() < deadline, f"{stands} of {count}, and nothing moved for {seconds} s"
            await asyncio.sleep(0.02)

    async def moved(self) -> int:
        return await self.database.pool.fetchval("select coalesce(sum(next_offset), 0) from consumer_position")


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not await true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.02)


async def count(tx: Transaction, messages: list[Received[Any]], now: Any) -> None:
    await tx.execute(
        "insert into counted_effect (patient, number) select * from unnest($1::uuid[], $2::integer[])",
        [message.event.patient_id for message in messages],
        [message.event.number for message in messages],
    )


async def count_one(tx: Transaction, message: Received[Any], now: Any) -> None:
    await tx.execute(
        "insert into counted_effect (patient, number) values ($1, $2)", message.event.patient_id, message.event.number
    )


async def prepare_effects(database_dsn: str) -> None:
    admin = await asyncpg.connect(database_dsn)
    try:
        await admin.execute(
            """
            create table if not exists intake.counted_effect (
                place   bigint generated always as identity,
                patient uuid    not null,
                number  integer not null
            );
            grant all on intake.counted_effect to chairside_intake;
            """
        )
    finally:
        await admin.close()


async def make_topic(settings: Settings, topic: str, partitions: int = PARTITIONS) -> None:
    async with administration(settings) as admin:
        await admin.create_topics([NewTopic(topic, partitions, 1)])


@asynccontextmanager
async def hearing(place: Any, broker: Any, *, partitions: int = PARTITIONS, safety: bool = False, **settings: Any):
    own = place.settings.model_copy(
        update={
            "kafka_bootstrap_servers": [broker.bootstrap],
            "kafka_broker_kind": broker.kind,
            **settings,
        }
    )
    await prepare_effects(place.dsn)
    model = topic_of_its_own(safety=safety)
    await make_topic(own, model.topic, partitions)
    database = await Database.open(own, "intake", SystemClock())
    producer = AIOKafkaProducer(bootstrap_servers=[broker.bootstrap], acks="all")
    await producer.start()
    here = Hearing(own, database, model, producer)
    try:
        yield here
    finally:
        for process in here.processes:
            process.kill()
            process.wait()
        for consumer in here.consumers:
            await consumer.stop()
        await producer.stop()
        await database.close()
