"""Inbox items: what asks for attention, who has seen it, who has taken it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.notifications.store.rows import newest
from shared.database.transaction import Transaction
from shared.ids import uuid7

SCOPE = "inbox"
"""What open inbox pages listen to."""


@dataclass(frozen=True, slots=True)
class News:
    """Something about `subject`. `calls`: somebody must look at it, even who has seen what was there before."""

    kind: str
    subject: UUID
    clinic_id: UUID
    raised_at: datetime
    calls: bool = True
    patient_id: UUID | None = None
    request_id: UUID | None = None
    appointment_id: UUID | None = None
    session_id: UUID | None = None
    message_id: UUID | None = None
    urgency: str = "routine"
    facts: dict[str, str] = field(default_factory=dict)


class AboutRequest(Protocol):
    """Whatever was heard of a request."""

    @property
    def clinic_id(self) -> UUID: ...
    @property
    def patient_id(self) -> UUID: ...
    @property
    def request_id(self) -> UUID: ...


def of_request(one: AboutRequest, at: datetime, *, calls: bool, urgency: str = "routine") -> News:
    """The row of a request. News of it that does not call still locks the row, see `add`."""
    return News(
        "request",
        one.request_id,
        one.clinic_id,
        at,
        calls=calls,
        patient_id=one.patient_id,
        request_id=one.request_id,
        urgency=urgency,
    )


async def add(tx: Transaction, news: Sequence[News]) -> None:
    """One row a thing, open again when the news calls. The rows stay locked, whether they changed or not."""
    if not news:
        return
    latest = newest(news, of=lambda one: (one.kind, one.subject), version=lambda one: one.calls)
    await tx.execute(
        """
        insert into inbox_item as item
               (id, clinic_id, kind, subject, patient_id, request_id, appointment_id, session_id, message_id, urgency,
                attention, facts, raised_at, changed_at)
        select id, clinic_id, kind, subject, patient_id, request_id, appointment_id, session_id, message_id, urgency,
               attention, facts, raised_at, $2
          from jsonb_to_recordset($1::text::jsonb)
               as news (id uuid, clinic_id uuid, kind text, subject uuid, patient_id uuid, request_id uuid,
                        appointment_id uuid, session_id uuid, message_id uuid, urgency text, attention integer,
                        facts jsonb, raised_at timestamptz)
            on conflict (kind, subject) do update
           set raised_at = least(item.raised_at, excluded.raised_at),
               patient_id = coalesce(item.patient_id, excluded.patient_id),
               urgency = case when excluded.urgency = 'routine' then item.urgency else excluded.urgency end,
               facts = item.facts || excluded.facts,
               state = case when excluded.attention > 0 then 'open' else item.state end,
               attention = item.attention + excluded.attention,
               changed_at = excluded.changed_at
        """,
        json.dumps([_row(one) for one in latest], default=str),
        tx.now,
    )
    tx.changed(SCOPE)


def _row(one: News) -> dict[str, object]:
    """News that does not call adds nothing to what must be seen."""
    fields = {name: getattr(one, name) for name in News.__slots__ if name != "calls"}
    return {"id": uuid7(), "attention": int(one.calls), **fields}


async def resolve(tx: Transaction, kind: str, subjects: Iterable[UUID]) -> int:
    """The thing took care of itself: nobody needs to look any more."""
    subjects = list(subjects)
    if not subjects:
        return 0
    done = await tx.execute(
        """
        update inbox_item set state = 'resolved', changed_at = $3
         where kind = $1 and subject = any ($2::uuid[]) and state = 'open'
        """,
        kind,
        subjects,
        tx.now,
    )
    return _announce(tx, done)


async def close_declined(tx: Transaction, requests: Iterable[UUID]) -> None:
    """Of these requests: nobody needs to look at what staff have declined, or a clinician found not suitable, whatever is
    heard of it later."""
    requests = list(requests)
    if not requests:
        return
    done = await tx.execute(
        """
        update inbox_item
           set state = 'resolved', changed_at = $2
         where kind = 'request'
           and subject = any ($1::uuid[])
           and state = 'open'
           and (exists (select from request_known known
                         where known.request_id = subject and known.declined_at is not null)
                or exists (select from consultation_known known
                            where known.request_id = subject and known.decision = 'not-suitable'))
        """,
        requests,
        tx.now,
    )
    _announce(tx, done)


async def close_overtaken(tx: Transaction, requests: Iterable[UUID]) -> None:
    """Of these requests: a time that was too late is news of the past once the consultation has changed, once it was said
    again, or once its deadline was given up."""
    requests = list(requests)
    if not requests:
        return
    done = await tx.execute(
        """
        update inbox_item
           set state = 'resolved', changed_at = $2
         where kind = 'late'
           and request_id = any ($1::uuid[])
           and state = 'open'
           and (exists (select from consultation_known known
                         where known.request_id = inbox_item.request_id
                           and known.version > (inbox_item.facts ->> 'version')::bigint)
                or exists (select from deadline_given_up given_up
                            where given_up.request_id = inbox_item.request_id
                              and given_up.due_by = (inbox_item.facts ->> 'due_by')::timestamptz)
                or exists (select from inbox_item again
                            where again.kind = 'late' and again.request_id = inbox_item.request_id
                              and (coalesce((again.facts ->> 'said_before')::integer, 0), again.raised_at, again.subject)
                                  > (coalesce((inbox_item.facts ->> 'said_before')::integer, 0), inbox_item.raised_at,
                                     inbox_item.subject)))
        """,
        requests,
        tx.now,
    )
    _announce(tx, done)


async def acknowledge(tx: Transaction, clinic_id: UUID, item_id: UUID, attention: int, by: UUID) -> bool:
    """False when it was not open any more, or when there is news that this person has not seen."""
    done = await tx.execute(
        """
        update inbox_item
           set state = 'acknowledged', acknowledged_at = $5, acknowledged_by = $4, changed_at = $5
         where id = $2 and clinic_id = $1 and attention = $3 and state = 'open'
        """,
        clinic_id,
        item_id,
        attention,
        by,
        tx.now,
    )
    await mark_read(tx, clinic_id, item_id, by)
    return _announce(tx, done) == 1


async def mark_read(tx: Transaction, clinic_id: UUID, item_id: UUID, by: UUID) -> None:
    await tx.execute(
        """
        insert into inbox_read as seen (item_id, staff_id, attention)
        select id, $3, attention from inbox_item where id = $2 and clinic_id = $1
            on conflict (item_id, staff_id) do update set attention = excluded.attention
         where seen.attention < excluded.attention
        """,
        clinic_id,
        item_id,
        by,
    )


def _announce(tx: Transaction, done: str) -> int:
    count = int(done.split()[-1])
    if count:
        tx.changed(SCOPE)
    return count
