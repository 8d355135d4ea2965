"""`appointment_act`: who did what to an appointment, in the order in which it was done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from shared.database import Transaction
from shared.events.values import DecidedBy
from shared.ids import uuid7


class Did(StrEnum):
    ARRIVED = "arrived"
    ARRIVAL_TAKEN_BACK = "arrival-taken-back"
    BEGAN = "began"
    BEGIN_TAKEN_BACK = "begin-taken-back"
    COMPLETED = "completed"
    MISSED = "missed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    OVERRIDDEN = "overridden"
    CONFIRMED = "confirmed"
    """The patient said that they come."""
    WAITS_AGAIN = "waits-again"


@dataclass(frozen=True, slots=True)
class Act:
    """`starts_at` is of a move: when it would have begun before; None where only the chair or the seat is another.
    `role` and `reason` are codes."""

    did: Did
    done_at: datetime
    decided_by: DecidedBy
    staff_id: UUID | None = None
    role: str | None = None
    reason: str | None = None
    starts_at: datetime | None = None


async def keep(
    tx: Transaction,
    appointment: Appointment,
    did: Did,
    *,
    decided_by: DecidedBy = DecidedBy.STAFF,
    staff_id: UUID | None = None,
    role: str | None = None,
    reason: str | None = None,
    starts_at: datetime | None = None,
) -> None:
    """In the transaction of what was done."""
    await tx.execute(
        """
        insert into appointment_act (id, appointment_id, act, done_at, decided_by, staff_id, role, reason, starts_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        uuid7(),
        appointment.id,
        did,
        tx.now,
        decided_by,
        staff_id,
        role,
        reason,
        starts_at,
    )


async def of_appointment(tx: Transaction, appointment_id: UUID) -> list[Act]:
    """The oldest first."""
    rows = await tx.fetch(
        """
        select act, done_at, decided_by, staff_id, role, reason, starts_at
          from appointment_act
         where appointment_id = $1
         order by id
        """,
        appointment_id,
    )
    return [
        Act(
            did=Did(row["act"]),
            done_at=row["done_at"],
            decided_by=DecidedBy(row["decided_by"]),
            staff_id=row["staff_id"],
            role=row["role"],
            reason=row["reason"],
            starts_at=row["starts_at"],
        )
        for row in rows
    ]
