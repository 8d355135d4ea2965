"""An outbox with topics of its own, for tests: write events, run relays, look at what stands in Kafka."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.clock import SystemClock
from shared.database import Database
from shared.events.base import Kind
from shared.events.catalogue import Topic
from shared.ids import uuid7
from shared.messaging.broker import administration
from shared.messaging.envelope import Sent
from shared.messaging.outbox import insert_events
from shared.messaging.relay import Relay
from shared.messaging.topics import ensure_topics
from shared.settings import Settings
from tests.contracts.messaging.hearing import topic_of_its_own

PARTITIONS = 3


def topics_of_its_own(count: int = 1) -> dict[str, Topic]:
    """Topics that no other test uses."""
    names = [f"said-{uuid7().hex}" for _ in range(count)]
    return {name: Topic(name, Kind.FACT, "intake", (), partitions=PARTITIONS) for name in names}


def alarms_of_its_own() -> dict[str, Topic]:
    """A topic for events about safety that no other test uses."""
    model = topic_of_its_own(safety=True)
    return {model.topic: Topic(model.topic, model.kind, "intake", (), partitions=PARTITIONS, model=model)}


def event(topic: str, key: str, number: int, body: bytes = b"", *, safety: bool = False) -> Sent:
    """The `number`-th event of a key; the number stands in the body."""
    event_id = uuid7()
    return Sent(event_id, topic, key, {"ce_id": str(event_id)}, str(number).encode() + body, safety)


@dataclass(frozen=True, slots=True)
class Stands:
    """A record as it stands in Kafka."""

    topic: str
    partition: int
    offset: int
    key: str
    number: int
    event_id: str
    log_epoch: int


@dataclass
class Relaying:
    """One scratch database, some topics, any number of relays."""

    settings: Settings
    database: Database
    topics: dict[str, Topic] = field(default_factory=topics_of_its_own)
    relays: list[Relay] = field(default_factory=list)

    @property
    def topic(self) -> str:
        return next(iter(self.topics))

    async def say(self, *events: Sent) -> None:
        """One transaction."""
        async with self.database.transaction() as tx:
            await insert_events(tx.connection, events, SystemClock().now())
        for relay in self.relays:
            relay.wake()

    async def say_numbers(self, key: str, numbers: Iterable[int]) -> None:
        await self.say(*(event(self.topic, key, number) for number in numbers))

    async def relay(self) -> Relay:
        relay = Relay(self.settings, self.database, self.topics)
        self.relays.append(relay)
        await relay.start()
        return relay

    async def waiting(self) -> int:
        return await self.database.pool.fetchval("select count(*) from outbox_waiting where parked_at is null")

    async def all_sent(self, seconds: float = 180) -> None:
        await eventually(self._nothing_waits, seconds)

    async def _nothing_waits(self) -> bool:
        return not await self.waiting()

    async def records(self) -> list[Stands]:
        """Everything that stands in Kafka now, by partition and offset."""
        reader = AIOKafkaConsumer(
            bootstrap_servers=self.settings.kafka_bootstrap_servers,
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # not `seek_to_beginning`, which races with the reset that `assign` began
        )
        await reader.start()
        try:
            places = [TopicPartition(name, n) for name in self.topics for n in range(PARTITIONS)]
            reader.assign(places)
            ends = await reader.end_offsets(places)
            found: list[Stands] = []
            left = {place for place in places if ends[place] > 0}
            while left:
                for place, records in (await reader.getmany(timeout_ms=200)).items():
                    for record in records:
                        headers = {name: value.decode() for name, value in record.headers}
                        number = int(record.value.rstrip(b"x"))
                        found.append(
                            Stands(
                                place.topic,
                                place.partition,
                                record.offset,
                                record.key.decode(),
                                number,
                                headers["ce_id"],
                                int(headers["ce_logepoch"]),
                            )
                        )
                    if records and records[-1].offset + 1 >= ends[place]:
                        left.discard(place)
            return sorted(found, key=lambda stands: (stands.topic, stands.partition, stands.offset))
        finally:
            await reader.stop()

    async def make_topics(self) -> None:
        """Before anybody asks for them: some brokers make a topic, in a layout of their own, for whoever asks."""
        await ensure_topics(self.settings, self.topics.values())

    async def delete_topics(self) -> None:
        async with administration(self.settings) as admin:
            await admin.delete_topics(list(self.topics))

            async def gone() -> bool:
                return not set(self.topics) & set(await admin.list_topics())

            await eventually(gone)

    async def wipe(self) -> None:
        """The logs lose everything: deleted and made anew, as after a disk was replaced."""
        await self.delete_topics()
        await self.make_topics()

    async def stop(self) -> None:
        for relay in self.relays:
            await relay.stop()
        self.relays.clear()


def numbers_by_key(records: Iterable[Stands]) -> dict[str, list[int]]:
    """The numbers of each key in the order of their partition; a key has one partition in one topic."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        found[record.key].append(record.number)
    return dict(found)


def first_occurrences(numbers: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(numbers))


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 180) -> None:
    """Returns once the condition holds; fails the test when it does not in time."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.1)
