"""What one service said about somebody and what it did when it heard: its part of the answer to "what happened?"."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.database.connection import Connection
from shared.messaging.redrive_orders import Redriven, redrives

SLACK = timedelta(minutes=1)
"""An event's instant is the beginning of its transaction by the service's clock, which may lie a little apart from what
it is about, and from the clock of the database."""


@dataclass(frozen=True, slots=True)
class Said:
    """One event on its way out. `published_at` is None while it still waits for Kafka, and `waits` says for what."""

    event_id: UUID
    topic: str
    subject: UUID
    version: int
    at: datetime
    published_at: datetime | None
    caused_by: UUID | None
    waits: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One event handled: by which reaction, when, at which try."""

    event_id: UUID
    handler: str
    at: datetime
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Buried:
    """One event that a reaction could not handle, with every redrive that was asked for."""

    event_id: UUID
    handler: str
    letter_id: UUID
    failure: str
    tries: int
    at: datetime
    redriven_at: datetime | None
    redrives: Sequence[Redriven] = field(default_factory=tuple)


async def said_about(connection: Connection, key: str, since: datetime, until: datetime | None = None) -> list[Said]:
    """Events under one key, oldest first. The instants spare the other days, which lie in partitions of their own."""
    rows = await connection.fetch(
        """
        select event_id, topic, headers, recorded_at, published_at, parked_why
          from outbox
         where key = $1 and recorded_at between $2 and coalesce($3, 'infinity'::timestamptz)
         order by seq
        """,
        key,
        since - SLACK,
        until + SLACK if until else None,
    )
    stuck = any(row["parked_why"] for row in rows)
    return [_said(row, json.loads(row["headers"]), stuck=stuck) for row in rows]


def _said(row: Any, headers: dict[str, str], *, stuck: bool) -> Said:
    causation = headers.get("ce_causationid")
    waits = None
    if row["published_at"] is None:
        waits = row["parked_why"] or ("behind-one-that-cannot-be-sent" if stuck else "for-kafka")
    return Said(
        event_id=row["event_id"],
        topic=row["topic"],
        subject=UUID(headers["ce_subject"]),
        version=int(headers["ce_subjectversion"]),
        at=row["recorded_at"],
        published_at=row["published_at"],
        caused_by=UUID(causation) if causation else None,
        waits=waits,
    )


async def heard_of(connection: Connection, event_ids: Collection[UUID]) -> list[Heard]:
    """What this service did about these events.

    Asked handler by handler, because the inbox is kept by handler; their few names are found without reading it through.
    """
    rows = await connection.fetch(
        """
        with recursive known as (
            select min(handler) as handler from inbox
            union all
            select (select min(handler) from inbox where inbox.handler > known.handler)
              from known
             where known.handler is not null
        )
        select inbox.event_id, inbox.handler, handled_at, coalesce(tries, 1) as tries
          from known
          join inbox on inbox.handler = known.handler and inbox.event_id = any ($1::uuid[])
         order by handled_at
        """,
        list(event_ids),
    )
    return [Heard(row["event_id"], row["handler"], row["handled_at"], row["tries"]) for row in rows]


async def buried(connection: Connection, event_ids: Collection[UUID]) -> list[Buried]:
    """What this service could not do about these events, and what became of it."""
    rows = await connection.fetch(
        """
        select event_id, handler, id as letter_id, failure, tries, recorded_at as at, redriven_at
          from dead_letter
         where event_id = any ($1::uuid[])
         order by recorded_at, id
        """,
        list(event_ids),
    )
    history: dict[UUID, list[Redriven]] = {row["letter_id"]: [] for row in rows}
    for one in await redrives(connection, letters=list(history)):
        history[one.letter_id].append(one)
    return [Buried(**row, redrives=history[row["letter_id"]]) for row in rows]


async def topics_heard(connection: Connection) -> set[str]:
    """The topics to which this service reacts: those in which it has a position."""
    return {row["topic"] for row in await connection.fetch("select distinct topic from consumer_position")}
