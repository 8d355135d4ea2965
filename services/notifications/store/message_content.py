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
    """`starts_at` is the appointment's, or the session's for after-care. `was_offered`: an earlier message named a time."""

    envelopes: Envelopes | None
    reference: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str | None = None
    patient_decided: bool = False
    was_offered: bool = False


async def of(tx: Transaction, message: Claimed) -> Content:
    envelopes = await contacts.of_message(tx, message.patient_id, message.request_id)
    reference = await _reference(tx, message.request_id)
    if message.appointment_id is None:
        ended = await tx.fetchrow(
            "select started_at, ended_at from session_ended where session_id = $1", message.about_id
        )
        return Content(
            envelopes,
            reference,
            starts_at=ended["started_at"] if ended else None,
            ends_at=ended["ended_at"] if ended else None,
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
        patient_decided=bool(row) and row["decided_by"] == "patient",
        was_offered=await messages.was_offered(tx, message.appointment_id, message.revision),
    )


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
