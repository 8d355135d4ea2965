"""What one service said about somebody and what it did when it heard: its part of the answer to "what happened?"."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.database.connection import Connection

SLACK = timedelta(minutes=1)
"""An event's instant is the beginning of its transaction, which may lie a little before what it is about."""


@dataclass(frozen=True, slots=True)
class Said:
    """One event on its way out. `published_at` is None while it still waits for Kafka."""

    event_id: UUID
    topic: str
    subject: UUID
    version: int
    at: datetime
    published_at: datetime | None
    caused_by: UUID | None


@dataclass(frozen=True, slots=True)
class Heard:
    """One event handled, by which reaction and when."""

    event_id: UUID
    handler: str
    at: datetime


async def said_about(connection: Connection, key: str, since: datetime) -> list[Said]:
    """Events under one key, oldest first. `since` spares the days before, which lie in partitions of their own."""
    rows = await connection.fetch(
        """
        select event_id, topic, headers, recorded_at, published_at
          from outbox
         where key = $1 and recorded_at >= $2
         order by seq
        """,
        key,
        since - SLACK,
    )
    return [_said(row["event_id"], row["topic"], json.loads(row["headers"]), row) for row in rows]


def _said(event_id: UUID, topic: str, headers: dict[str, str], row: dict[str, datetime]) -> Said:
    causation = headers.get("ce_causationid")
    return Said(
        event_id=event_id,
        topic=topic,
        subject=UUID(headers["ce_subject"]),
        version=int(headers["ce_subjectversion"]),
        at=row["recorded_at"],
        published_at=row["published_at"],
        caused_by=UUID(causation) if causation else None,
    )


async def heard_of(connection: Connection, event_ids: Collection[UUID]) -> list[Heard]:
    """What this service did about these events."""
    rows = await connection.fetch(
        """
        select event_id, handler, handled_at
          from inbox
         where event_id = any ($1::uuid[])
         order by handled_at
        """,
        list(event_ids),
    )
    return [Heard(row["event_id"], row["handler"], row["handled_at"]) for row in rows]
