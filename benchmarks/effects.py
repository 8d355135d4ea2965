"""Commit → visible in Kafka, and commit → effect committed in another service, at a steady rate on the whole path.

    python -m benchmarks.effects [--json]

Requests come in by HTTP at 200 a second, open loop; intake's relay brings `consultation-requested` to Kafka; notifications
takes each into its inbox. All three are processes of their own. Both ends of a commit are Postgres's own time stamps
(`track_commit_timestamp`), taken before the flush to disk, so the flush of the first commit counts and that of the last does
not. The reference sends the same number of records straight to Kafka and hears them, with no database at either end.
"""

import asyncio
import os
import time
from datetime import datetime
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.frame import Row, percentiles, show
from benchmarks.load import load
from benchmarks.requests import PATH, RATE, written_body
from benchmarks.system import Place, servers, services
from shared.events.catalogue import TOPICS

SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
TOPIC = "consultation-requested"
BESIDE = "session-started"
"""A topic of the same layout on which nothing else is said: the reference's."""
ENOUGH = 0.99
PATIENCE = 60
"""Looks, one a second, for the last effects."""
COMMITS = """
    select outbox.event_id, pg_xact_commit_timestamp(request.xmin) as said, pg_xact_commit_timestamp(inbox.xmin) as done
      from intake.outbox
      join intake.consultation_request as request on request.id = (outbox.headers::jsonb ->> 'ce_subject')::uuid
      join notifications.inbox on inbox.event_id = outbox.event_id
     where outbox.topic = 'consultation-requested' and inbox.handler like 'notifications.%'
     order by outbox.recorded_at
"""


class Ear:
    """A plain consumer, without a group, that notes when each record of a topic arrived, by the wall clock."""

    def __init__(self, servers_: str, topic: str) -> None:
        self.heard: dict[UUID, float] = {}
        self._topic = topic
        self._consumer = AIOKafkaConsumer(bootstrap_servers=servers_, enable_auto_commit=False)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Ear":
        await self._consumer.start()
        self._consumer.assign([TopicPartition(self._topic, n) for n in range(TOPICS[self._topic].partitions)])
        await self._consumer.seek_to_end()
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await self._consumer.stop()

    async def _listen(self) -> None:
        async for record in self._consumer:
            self.heard[UUID(dict(record.headers)["ce_id"].decode())] = time.time()


async def straight_to_kafka(servers_: str) -> list[float]:
    """Seconds from `send` to the other end, at the same rate."""
    sent: dict[UUID, float] = {}
    async with Ear(servers_, BESIDE) as ear, AIOKafkaProducer(bootstrap_servers=servers_, acks="all") as producer:
        begin = time.perf_counter()
        for number in range(int(RATE * SECONDS)):
            await asyncio.sleep(max(0.0, begin + number / RATE - time.perf_counter()))
            event = UUID(int=number)
            sent[event] = time.time()
            await producer.send(BESIDE, b"x" * 600, str(number).encode(), headers=[("ce_id", str(event).encode())])
        await producer.flush()
        await asyncio.sleep(0.5)
    return [ear.heard[event] - at for event, at in list(sent.items())[RATE:] if event in ear.heard]


async def whole_path(place: Place) -> tuple[list[float], list[float]]:
    """Seconds from each commit to its record at a plain consumer, and to its effect's commit."""
    body = written_body(place.home.folder)
    async with services(place, "intake", "notifications") as running, Ear(place.addresses.bootstrap, TOPIC) as ear:
        async with load(running["intake"].port, PATH, body, rate=RATE, seconds=SECONDS) as sending:
            sent = len((await sending).waits)
        admin = await asyncpg.connect(place.dsn())
        for _ in range(PATIENCE):
            if await admin.fetchval(f"select count(*) from ({COMMITS}) as done") >= sent:
                break
            await asyncio.sleep(1)
        rows = (await admin.fetch(COMMITS))[-sent:]  # the warm-up does not count
        await admin.close()
    if len(rows) < sent * ENOUGH:
        raise RuntimeError(f"{sent} requests were taken, {len(rows)} had their effect after a minute")
    visible = [ear.heard[row["event_id"]] - _seconds(row["said"]) for row in rows if row["event_id"] in ear.heard]
    return visible, [(row["done"] - row["said"]).total_seconds() for row in rows]


def _seconds(at: datetime) -> float:
    return at.timestamp()


async def measure() -> list[Row]:
    async with servers() as place:
        reference = percentiles(await straight_to_kafka(place.addresses.bootstrap))
        visible, effect = map(percentiles, await whole_path(place))
    name = "send → heard"
    at = f"at {RATE}/s"
    return [
        Row(f"commit → visible in Kafka {at}, p50", visible[0], "ms", reference[0], name, "", "≤ 3 ms"),
        Row("  p99", visible[1], "ms", reference[1], name, "≤ 30 ms", "≤ 10 ms"),
        Row(
            f"commit → effect committed in the other service {at}, p50",
            effect[0],
            "ms",
            reference[0],
            name,
            "",
            "≤ 5 ms",
        ),
        Row("  p99", effect[1], "ms", reference[1], name, "≤ 50 ms", "≤ 20 ms"),
    ]


if __name__ == "__main__":
    show("Commit → Kafka → effect", measure)
