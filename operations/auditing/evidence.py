"""Everything the checks look at, side by side in one snapshot of the database.

The schemas are read where they are. What stands elsewhere (topics, the inside of outbox rows, receipts, the ledger) is
streamed into temporary tables of the auditor's own connection, so that memory is bounded and every check is one query.
All that the snapshot sees is of one instant; the logs are asked for their ends before it and after it, so that what was
published meanwhile is never mistaken for something nobody said.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from operations.auditing.event_facts import FACT_COLUMNS, FACT_NAMES, EventFacts, fingerprint
from operations.auditing.receipts import Receipt
from operations.auditing.topic_reader import Span, read_all
from services.intake.app import SERVICE as INTAKE
from services.notifications.app import SERVICE as NOTIFICATIONS
from services.scheduling.app import SERVICE as SCHEDULING
from shared.database.roles import SERVICES
from shared.events.catalogue import MODELS
from shared.messaging.envelope import Unreadable, open_envelope, read_headers
from shared.messaging.reactions import Reaction
from shared.messaging.rows import read_row

AT_ONCE = 2000


def _of_every_service(table: str) -> str:
    return " union all ".join(
        f"select '{service}' as service, {table}.* from {service}.{table}" for service in SERVICES
    )


TABLES = f"""
-- What every service says, and where it is remembered to stand in Kafka.
create temporary table said (
    service text, seq bigint, event_id uuid, topic text, key text, recorded_at timestamptz, published boolean,
    parked boolean, "partition" integer, "offset" bigint, log_epoch integer, fingerprint bytea, {FACT_COLUMNS}
);
-- What stands in Kafka. Without an event id: what nobody can read.
create temporary table stored (
    topic text, "partition" integer, "offset" bigint, log_epoch integer, event_id uuid, key text, readable boolean,
    known boolean, fingerprint bytea, {FACT_COLUMNS}
);
-- Each event of a topic once, however often it stands there.
create temporary table event (topic text, event_id uuid, {FACT_COLUMNS}, primary key (topic, event_id));
create temporary table log (topic text, "partition" integer, first bigint, ends bigint);
create temporary table hearer (service text, handler text, consumer_group text, topic text);
-- What became of each event at each of its hearers: has the position passed it, how often is it in the inbox, is it a
-- dead letter that was not redriven.
create temporary table hearing (
    service text, handler text, topic text, event_id uuid, passed boolean, handled bigint, buried boolean, {FACT_COLUMNS}
);
create temporary table receipt (message_id text, received_at timestamptz, fingerprint text);
create temporary table mailbox (looked_into boolean);
create temporary view inbox as {_of_every_service("inbox")};
create temporary view dead_letter as {_of_every_service("dead_letter")};
create temporary view consumer_position as {_of_every_service("consumer_position")};
-- Everything that stands in Kafka, at each of its hearers: has the position passed it, was it buried there.
create temporary view met as
select hearer.service, hearer.handler, stored.topic, stored."partition", stored."offset", stored.event_id, stored.readable,
       stored."offset" < position.next_offset and stored.log_epoch <= position.log_epoch as passed,
       letter.id as letter_id, letter.redriven_at
  from stored
  join hearer using (topic)
  left join consumer_position as position using (service, consumer_group, topic, "partition")
  left join dead_letter as letter
         on letter.service = hearer.service
        and letter.consumer_group = hearer.consumer_group
        and letter.topic = stored.topic
        and letter."partition" = stored."partition"
        and letter."offset" = stored."offset"
        and letter.log_epoch >= stored.log_epoch;
-- Where something was buried, and how many services did it.
create temporary view buried as
select topic, "partition", "offset", count(*) as letters, min(log_epoch) as log_epoch from dead_letter group by 1, 2, 3;
-- Up to when an operator let a projection forget what it had handled, to hear it again.
create temporary view forgotten as
select service, handler, max(asked_at) as asked_at
  from ({_of_every_service("repair")}) as repair, jsonb_array_elements_text(facts -> 'forgot') as handler
 where act = 'replay'
 group by service, handler;
create temporary view idempotency as {_of_every_service("idempotency")};
"""

HEARD = f"""
insert into event
select distinct on (topic, event_id) topic, event_id, {", ".join(FACT_NAMES)}
  from stored
 where event_id is not null
 order by topic, event_id, readable desc, "offset";
analyze event;

insert into hearing
with place as (
    select service, handler, topic, event_id, bool_or(passed) as passed,
           bool_or(letter_id is not null and redriven_at is null) as buried
      from met
     where event_id is not null
     group by service, handler, topic, event_id
), handled as (
    select service, handler, event_id, count(*) as times from inbox group by service, handler, event_id
)
select place.service, place.handler, topic, event_id, coalesce(passed, false), coalesce(times, 0), buried,
       {", ".join(f"event.{name}" for name in FACT_NAMES)}
  from place
  join event using (topic, event_id)
  left join handled using (service, handler, event_id);
analyze hearing;
"""


def reactions() -> list[Reaction]:
    """What the services declare to hear, read from their own code."""
    return [
        reaction for service in (INTAKE, SCHEDULING, NOTIFICATIONS) for part in service.reactions for reaction in part
    ]


async def prepare(connection: asyncpg.Connection) -> None:
    """Makes the tables, before the snapshot. They vanish with the connection."""
    await connection.execute(TABLES)
    await connection.copy_records_to_table(
        "hearer", records=[(one.service, one.handler, one.group, one.model.topic) for one in reactions()]
    )


async def gather(
    connection: asyncpg.Connection,
    reader: AIOKafkaConsumer,
    spans: dict[TopicPartition, Span],
    receipts: Sequence[Receipt] | None,
) -> None:
    """Fills the tables, inside the snapshot. Raises CannotLook, or one of BROKER_FAILURES."""
    await connection.copy_records_to_table(
        "log", records=[(place.topic, place.partition, span.first, span.end) for place, span in spans.items()]
    )
    async for rows in _outboxes(connection):
        await connection.copy_records_to_table("said", records=rows)
    async for records in read_all(reader, spans):
        await connection.copy_records_to_table("stored", records=[_standing(one, spans) for one in records])
    if receipts is not None:
        await connection.execute("insert into mailbox values (true)")
        await connection.copy_records_to_table(
            "receipt", records=[(one.message_id, one.received_at, one.fingerprint) for one in receipts]
        )
    await connection.execute("analyze said; analyze stored; analyze log; analyze hearer; analyze receipt")
    await connection.execute(HEARD)


async def _outboxes(connection: asyncpg.Connection) -> AsyncIterator[list[tuple[Any, ...]]]:
    for service in SERVICES:
        rows = connection.cursor(
            f"""
            select seq, event_id, topic, key, recorded_at, published_at is not null as published,
                   parked_at is not null as parked, "partition", "offset", log_epoch, headers, body
              from {service}.outbox
            """,
            prefetch=AT_ONCE,
        )
        batch: list[tuple[Any, ...]] = []
        async for row in rows:
            batch.append(_said(service, row))
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch


def _said(service: str, row: asyncpg.Record) -> tuple[Any, ...]:
    headers = _headers(row["headers"])
    facts = EventFacts()
    if model := MODELS.get(row["topic"]):
        with suppress(Unreadable):
            facts = EventFacts.of(open_envelope(model, headers, row["body"]))
    written = fingerprint(row["key"].encode(), headers, row["body"])
    return (service, *list(row.values())[:-2], written, *facts)


def _headers(text: str) -> dict[str, str]:
    try:
        headers = json.loads(text)
    except ValueError:
        return {}
    return headers if isinstance(headers, dict) else {}


def _standing(record: ConsumerRecord[Any, Any], spans: dict[TopicPartition, Span]) -> tuple[Any, ...]:
    headers = read_headers(record.headers)
    model = MODELS.get(record.topic)
    row = read_row(record, model) if model else None
    message = row.message if row else None
    return (
        record.topic,
        record.partition,
        record.offset,
        row.log_epoch if row else 0,
        message.id if message else _id(headers.get("ce_id")),
        record.key.decode(errors="replace") if record.key is not None else None,
        message is not None,
        record.offset < spans[TopicPartition(record.topic, record.partition)].known,
        fingerprint(record.key, headers, record.value),
        *(EventFacts.of(message) if message else EventFacts()),
    )


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
