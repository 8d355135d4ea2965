"""What the consumer's benchmark hears: events of ordinary size on a topic of their own, what each does, and the references
that do the same in the plainest way."""

import asyncio
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import NewTopic

from shared.clock import SystemClock
from shared.database import Database, Transaction
from shared.events.base import Kind, PatientEvent
from shared.ids import uuid7
from shared.messaging.broker import administration
from shared.messaging.cause import Cause
from shared.messaging.envelope import Received, open_envelope, read_headers, seal
from shared.settings import Settings

CLINIC = UUID("01900000-0000-7000-8000-000000000001")
PARTITIONS = 12


class Thing:
    def __init__(self) -> None:
        self.id, self.version = uuid7(), 1


def new_event() -> type[PatientEvent]:
    """An event of ordinary size on a topic of this run."""

    class Measured(PatientEvent, topic=f"measured-{uuid7().hex}", kind=Kind.STATE):
        request_id: UUID
        reference: str
        note: str
        sent_at: float

    return Measured


def record(model: type[PatientEvent]) -> dict[str, Any]:
    event = model.model_validate(
        {
            "clinic_id": CLINIC,
            "patient_id": uuid7(),
            "request_id": uuid7(),
            "reference": "TSC-ABC123",
            "note": "x" * 200,
            "sent_at": time.time(),
        }
    )
    sent = seal(event, of=Thing(), service="intake", now=SystemClock().now(), cause=Cause.new())
    headers = [(name, value.encode()) for name, value in sent.headers.items()]
    return {"topic": sent.topic, "key": sent.key.encode(), "value": sent.body, "headers": headers}


async def one(tx: Transaction, message: Received[Any], _: datetime) -> None:
    await tx.execute(
        "insert into effect (event_id, request_id, reference) values ($1, $2, $3)",
        message.id,
        message.event.request_id,
        message.event.reference,
    )


async def many(tx: Transaction, messages: list[Received[Any]], _: datetime) -> None:
    await tx.execute(
        """
        insert into effect (event_id, request_id, reference)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[])
        """,
        [message.id for message in messages],
        [message.event.request_id for message in messages],
        [message.event.reference for message in messages],
    )


async def fill(settings: Settings, model: type[PatientEvent], count: int) -> None:
    async with administration(settings) as admin:
        await admin.create_topics([NewTopic(model.topic, PARTITIONS, 1)])
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers, linger_ms=5) as producer:
        for _ in range(count):
            await producer.send(**record(model))
        await producer.flush()


async def plainly(settings: Settings, database: Database, model: type[PatientEvent], *, side_by_side: bool) -> None:
    """The references: one transaction per record with an inbox, nothing else; in turn, or the partitions of a poll beside
    each other."""
    consumer = AIOKafkaConsumer(
        model.topic,
        bootstrap_servers=settings.kafka_bootstrap_servers,
        group_id=f"reference.{uuid7().hex}",
        auto_offset_reset="earliest",
    )

    async def walk(records: list[Any]) -> None:
        for received in records:
            message = open_envelope(model, read_headers(received.headers), received.value)
            async with database.pool.acquire() as connection, connection.transaction():
                new = await connection.fetchval(
                    "insert into inbox (handler, event_id) values ('reference', $1) on conflict do nothing returning 1",
                    message.id,
                )
                if new:
                    await connection.execute(
                        "insert into effect (event_id, request_id, reference) values ($1, $2, $3)",
                        message.id,
                        message.event.request_id,
                        message.event.reference,
                    )

    await consumer.start()
    try:
        while True:
            polled = await consumer.getmany(timeout_ms=1000, max_records=1000)
            if side_by_side:
                await asyncio.gather(*(walk(records) for records in polled.values()))
            else:
                for records in polled.values():
                    await walk(records)
    finally:
        await consumer.stop()
