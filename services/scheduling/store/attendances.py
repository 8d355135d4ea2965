"""`attendance`: what patients answered when asked whether they come; and the links with which they do, kept as hashes."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.attendance import Answer, Attendance, AttendanceLinkUnknown
from services.scheduling.store.appointments import appointment_of
from shared.database import Transaction
from shared.ids import token_hash

LINKS_KEPT = timedelta(days=90)
"""After the appointment's end: until then a link says that it is over."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link leads to: the appointment as it is now, and the revision that its letter named."""

    appointment: Appointment
    revision: int
    reference: str | None
    """Of the consultation; a session has none."""


async def newest(tx: Transaction, appointment_id: UUID, revision: int) -> Attendance | None:
    row = await tx.fetchrow(
        "select * from attendance where appointment_id = $1 and revision = $2 order by id desc limit 1",
        appointment_id,
        revision,
    )
    return None if row is None else _attendance(row)


async def add(tx: Transaction, attendance: Attendance) -> None:
    """The appointment is locked."""
    await tx.execute(
        """
        insert into attendance (id, appointment_id, revision, fasting_understood, has_escort, said_at)
        values ($1, $2, $3, $4, $5, $6)
        """,
        attendance.id,
        attendance.appointment_id,
        attendance.revision,
        attendance.answer.fasting_understood,
        attendance.answer.has_escort,
        attendance.said_at,
    )


async def add_link(tx: Transaction, token: str, appointment: Appointment) -> None:
    await tx.execute(
        "insert into attendance_link (token_hash, appointment_id, revision, kept_until) values ($1, $2, $3, $4)",
        token_hash(token),
        appointment.id,
        appointment.revision,
        appointment.ends_at + LINKS_KEPT,
    )


async def behind(tx: Transaction, token: str) -> Linked:
    """Raises AttendanceLinkUnknown."""
    row = await tx.fetchrow(
        """
        select appointment.*, attendance_link.revision as named, reference
          from attendance_link
          join appointment on appointment.id = attendance_link.appointment_id
          left join consultation on consultation.id = consultation_id
         where token_hash = $1
        """,
        token_hash(token),
    )
    if row is None:
        raise AttendanceLinkUnknown
    return Linked(appointment_of(row), row["named"], row["reference"])


async def forget_links(tx: Transaction, most: int = 1000) -> int:
    """For a timer. Says how many."""
    done = await tx.execute(
        """
        delete from attendance_link
         where token_hash in (select token_hash from attendance_link
                               where kept_until <= $1
                               limit $2 for update skip locked)
        """,
        tx.now,
        most,
    )
    return int(done.split()[-1])


def _attendance(row: asyncpg.Record) -> Attendance:
    return Attendance(
        appointment_id=row["appointment_id"],
        revision=row["revision"],
        answer=Answer(row["fasting_understood"], row["has_escort"]),
        said_at=row["said_at"],
        id=row["id"],
    )
