"""What a message needs to know at the moment it is written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.store import contacts, messages
from services.notifications.store.contacts import Envelopes
from services.notifications.store.messages import Claimed
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Content:
    """`starts_at` is the appointment's, or the session's for after-care. `was_offered`: an earlier message named a time.
    `nobody_expects_it`: the patient gave the appointment up, or is told by a letter of its own that there is none.
    `is_read_first`: a person reads the request before a time is offered. `instead_of`: the time that the patient had
    chosen and that others have now. `is_moved`: they have chosen this one in the place of another."""

    envelopes: Envelopes | None
    reference: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str | None = None
    nobody_expects_it: bool = False
    was_offered: bool = False
    is_read_first: bool = False
    instead_of: datetime | None = None
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class _Request:
    is_read_first: bool = False
    is_declined: bool = False


async def of(tx: Transaction, message: Claimed) -> Content:
    envelopes = await contacts.of_message(tx, message)
    reference = await _reference(tx, message.request_id)
    request = await _request(tx, message)
    if message.appointment_id is None:
        ended = await tx.fetchrow(
            "select started_at, ended_at from session_ended where session_id = $1", message.about_id
        )
        return Content(
            envelopes,
            reference,
            starts_at=ended["started_at"] if ended else None,
            ends_at=ended["ended_at"] if ended else None,
            is_read_first=request.is_read_first,
            instead_of=await _instead_of(tx, message),
        )
    row = await tx.fetchrow(
        "select starts_at, ends_at, zone, decided_by from appointment_known where appointment_id = $1",
        message.appointment_id,
    )
    return Content(
        envelopes,
        reference,
        starts_at=row["starts_at"] if row else None,
        ends_at=row["ends_at"] if row else None,
        zone=row["zone"] if row else None,
        nobody_expects_it=(bool(row) and row["decided_by"] == "patient") or request.is_declined,
        was_offered=await messages.was_offered(tx, message.appointment_id, message.revision),
        instead_of=await _instead_of(tx, message),
        is_moved=bool(row) and row["decided_by"] == "patient" and message.kind.confirms,
    )


async def _instead_of(tx: Transaction, message: Claimed) -> datetime | None:
    return await tx.fetchval("select instead_of from consultation_known where request_id = $1", message.request_id)


async def _reference(tx: Transaction, request_id: UUID | None) -> str:
    if request_id is None:
        return ""
    found = await tx.fetchval(
        """
        select reference from request_known where request_id = $1
        union all
        select reference from consultation_known where request_id = $1
        limit 1
        """,
        request_id,
    )
    return found or ""


async def _request(tx: Transaction, message: Claimed) -> _Request:
    row = await tx.fetchrow(
        """
        select disposition = 'await' and awaits is not distinct from 'screening' as is_read_first,
               declined_at is not null as is_declined
          from request_known
         where request_id = $1
        """,
        message.request_id,
    )
    return _Request(**row) if row else _Request()
