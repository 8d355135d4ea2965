"""The inbox as it is read: each item with what is known of its thing, and whether this person has seen it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.database.transaction import Transaction


class ItemNotFound(LookupError):
    """There is no such item in this clinic's inbox."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item, for one reader. What is not known, or does not apply, is None."""

    id: UUID
    kind: str
    subject: UUID
    patient_id: UUID | None
    request_id: UUID | None
    session_id: UUID | None
    urgency: str
    state: str
    attention: int
    facts: dict[str, str]
    raised_at: datetime
    changed_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    unread: bool
    reference: str | None
    disposition: str | None
    awaits: str | None
    withdrawn_at: datetime | None
    declined_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    requested_by: str | None
    wishes: dict[str, Any] | None
    consultation: str | None
    decision: str | None
    appointment_state: str | None
    starts_at: datetime | None
    level: str | None
    seen_in: str | None
    outcome: str | None
    worst_severity: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Locked:
    id: UUID
    kind: str
    subject: UUID
    session_id: UUID | None
    request_id: UUID | None


async def lock(tx: Transaction, clinic_id: UUID, item_id: UUID) -> Locked:
    """Nobody else takes it before this transaction ends. Raises ItemNotFound."""
    row = await tx.fetchrow(
        """
        select id, kind, subject, session_id, request_id from inbox_item where id = $1 and clinic_id = $2
           for no key update
        """,
        item_id,
        clinic_id,
    )
    if row is None:
        raise ItemNotFound("there is no such item")
    return Locked(**row)


_READ = """
    select item.id, item.kind, item.subject, item.patient_id, item.request_id, item.session_id, item.urgency,
           item.state, item.attention, item.facts, item.changed_at,
           least(item.raised_at, request.requested_at) as raised_at,
           item.acknowledged_at, taker.display_name as acknowledged_by,
           coalesce(seen.attention, 0) < item.attention as unread,
           coalesce(request.reference, consultation.reference, alert.reference) as reference,
           request.disposition, request.awaits, request.withdrawn_at, request.declined_at, request.asked_at,
           request.answered_at, request.decided_by as requested_by, request.wishes,
           consultation.state as consultation, consultation.decision,
           appointment.state as appointment_state, appointment.starts_at,
           alert.level, alert.seen_in,
           ended.outcome, ended.worst_severity, ended.number
      from inbox_item item
      left join staff taker on taker.id = item.acknowledged_by
      left join inbox_read seen on seen.item_id = item.id and seen.staff_id = $2
      left join request_known request on request.request_id = item.request_id
      left join lateral (
           select * from consultation_known known
            where known.request_id = item.request_id
            order by heard_at desc limit 1) consultation on true
      left join appointment_known appointment
             on appointment.appointment_id = coalesce(item.appointment_id, consultation.appointment_id)
      left join alert on item.kind = 'risk' and alert.id = item.subject
      left join session_ended ended on ended.session_id = item.session_id
     where item.clinic_id = $1
"""


async def open_items(tx: Transaction, clinic_id: UUID, reader: UUID, *, only_risk: bool, most: int) -> Sequence[Item]:
    """Risks first, then what is urgent, then the newest."""
    rows = await tx.fetch(
        f"""
        {_READ}
           and item.state = 'open' and (not $3 or item.kind = 'risk')
         order by item.kind = 'risk' desc,
                  case item.urgency when 'urgent' then 0 when 'soon' then 1 else 2 end,
                  item.raised_at desc
         limit $4
        """,
        clinic_id,
        reader,
        only_risk,
        most,
    )
    return [_item(row) for row in rows]


async def done_items(tx: Transaction, clinic_id: UUID, reader: UUID, *, most: int) -> Sequence[Item]:
    """What somebody has acknowledged or what took care of itself, the latest first."""
    rows = await tx.fetch(
        f"{_READ} and item.state <> 'open' order by item.changed_at desc limit $3",
        clinic_id,
        reader,
        most,
    )
    return [_item(row) for row in rows]


async def one(tx: Transaction, clinic_id: UUID, reader: UUID, item_id: UUID) -> Item | None:
    row = await tx.fetchrow(f"{_READ} and item.id = $3", clinic_id, reader, item_id)
    return _item(row) if row else None


@dataclass(frozen=True, slots=True)
class Counts:
    """Of open items: all, risks, and those this person has not read."""

    open: int
    risk: int
    unread: int
    oldest: datetime | None


async def counts(tx: Transaction, clinic_id: UUID, reader: UUID) -> Counts:
    row = await tx.fetchrow(
        """
        select count(*) as open,
               count(*) filter (where kind = 'risk') as risk,
               count(*) filter (where coalesce(seen.attention, 0) < item.attention) as unread,
               min(raised_at) as oldest
          from inbox_item item
          left join inbox_read seen on seen.item_id = item.id and seen.staff_id = $2
         where clinic_id = $1 and state = 'open'
        """,
        clinic_id,
        reader,
    )
    assert row is not None
    return Counts(**row)


@dataclass(frozen=True, slots=True)
class Waiting:
    """E-mails that the mail server keeps waiting."""

    count: int
    oldest: datetime | None


async def waiting_messages(tx: Transaction, clinic_id: UUID) -> Waiting:
    row = await tx.fetchrow(
        """
        select count(*) as count, min(planned_at) as oldest
          from message
         where clinic_id = $1
           and (state = 'claimed'
                or (state = 'retrying' and reason in ('mail-server-silent', 'mail-server-later'))
                or (state = 'planned' and due_at <= $2))
        """,
        clinic_id,
        tx.now,
    )
    assert row is not None
    return Waiting(**row)


def _item(row: Any) -> Item:
    return Item(**row)
