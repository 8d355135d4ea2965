"""The link with which a patient says that they come, made for the letter that is about to go; and what they see behind it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.attendance import Attendance
from services.scheduling.domain.change import (
    MAILED_LIFE,
    ChangedMeanwhile,
    ChangeLink,
    NothingToChange,
    must_be_as_seen,
)
from services.scheduling.store import appointments, asked_moves, attendances, change_links, consultations
from shared.database import Database, Transaction
from shared.ids import new_token


async def make_attendance_link(tx: Transaction, appointment_id: UUID, revision: int) -> str:
    """The token of a new one. To change the time, the same token opens `/a/<token>`, which asks who they are first; a
    session is changed by telephone.

    Raises NothingToChange, ChangedMeanwhile, AppointmentUnknown.
    """
    found = await appointments.lock(tx, appointment_id)
    appointment = must_be_as_seen(found, revision, tx.now)
    token = new_token()
    await attendances.add_link(tx, token, appointment)
    if (consultation_id := appointment.booking.consultation_id) is not None:
        request_id = await consultations.request_of(tx, consultation_id)
        booking = appointment.booking
        link = ChangeLink(booking.clinic_id, booking.patient_id, request_id, True, tx.now + MAILED_LIFE)
        await change_links.add(tx, token, link)
    return token


class Standing(StrEnum):
    """What there is to say about an appointment to somebody who opens the link of its letter."""

    AHEAD = "ahead"
    ASKED = "asked"
    """It cannot be kept: a later letter asks whether another time suits."""
    NOT_KEPT = "not_kept"
    """It cannot be kept, and that question is over: staff look for another time with them."""
    MOVED = "moved"
    """It has another time than the letter says. Which one, stands in a later letter."""
    CANCELLED = "cancelled"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class SeenAttendance:
    """`named` is the revision of the letter; `said` is what they have answered already, about its time."""

    appointment: Appointment
    named: int
    reference: str | None
    standing: Standing
    said: Attendance | None


async def see_attendance(tx: Transaction, token: str) -> SeenAttendance:
    """Raises AttendanceLinkUnknown."""
    linked = await attendances.behind(tx, token)
    standing = _standing(linked.appointment, linked.revision, tx.now)
    question = await asked_moves.standing(tx, linked.appointment.id) if standing is Standing.AHEAD else None
    if question is not None:
        standing = Standing.ASKED if question.open else Standing.NOT_KEPT
    said = await attendances.newest(tx, linked.appointment.id, linked.revision)
    return SeenAttendance(linked.appointment, linked.revision, linked.reference, standing, said)


def _standing(appointment: Appointment, named: int, now: datetime) -> Standing:
    if appointment.state is AppointmentState.CANCELLED:
        return Standing.CANCELLED
    try:
        must_be_as_seen(appointment, named, now)
    except ChangedMeanwhile:
        return Standing.MOVED
    except NothingToChange:
        return Standing.OVER
    return Standing.AHEAD


async def forget_attendance_links(database: Database) -> int:
    """For a timer."""
    async with database.transaction() as tx:
        return await attendances.forget_links(tx)
