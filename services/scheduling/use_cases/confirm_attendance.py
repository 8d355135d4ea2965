"""The patient says that they come, as often as they like: what they have said already is not said again."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.attendance import Answer, Attendance
from services.scheduling.domain.change import CannotBeKept, NothingToChange, must_be_as_seen
from services.scheduling.store import appointment_acts, appointments, asked_moves, attendances, consultations
from services.scheduling.store.appointment_acts import Did
from services.scheduling.use_cases.pages_changed import board_changed
from shared.database import Transaction
from shared.events.attendance import AttendanceConfirmed
from shared.events.values import DecidedBy

NO_ESCORT = "no-escort"
"""Why it is not all well yet: nobody takes them home so far."""


@dataclass(frozen=True, slots=True)
class Coming:
    """`seen` is the revision that the patient had before them. Without `has_escort` and `fasting_understood`: a
    consultation, for which they are not asked."""

    appointment_id: UUID
    seen: int
    fasting_understood: bool = False
    has_escort: bool | None = None


async def confirm_attendance(tx: Transaction, coming: Coming) -> Attendance:
    """Until it begins, and not at a time of which they were told that it cannot be kept, whatever they answered to that.

    Raises NothingToChange, ChangedMeanwhile, CannotBeKept, NotAnswered.
    """
    found = await appointments.lock(tx, coming.appointment_id)
    appointment = must_be_as_seen(found, coming.seen, tx.now)
    if await asked_moves.standing(tx, appointment.id) is not None:
        raise CannotBeKept
    answer = Answer.to(
        appointment.booking.purpose,
        fasting_understood=coming.fasting_understood,
        has_escort=coming.has_escort,
    )
    before = await attendances.newest(tx, appointment.id, appointment.revision)
    if before is not None and before.answer == answer:
        return before
    said = Attendance(appointment.id, appointment.revision, answer, tx.now)
    await attendances.add(tx, said)
    reason = NO_ESCORT if answer.has_escort is False else None
    await appointment_acts.keep(tx, appointment, Did.CONFIRMED, decided_by=DecidedBy.PATIENT, reason=reason)
    tx.emit(
        AttendanceConfirmed(
            clinic_id=appointment.booking.clinic_id,
            patient_id=appointment.booking.patient_id,
            attendance_id=said.id,
            appointment_id=said.appointment_id,
            revision=said.revision,
            consultation_id=appointment.booking.consultation_id,
            session_id=appointment.booking.session_id,
            fasting_understood=answer.fasting_understood,
            has_escort=answer.has_escort,
            said_at=said.said_at,
        ),
        of=said,
    )
    board_changed(tx, appointment)
    return said


async def confirm_consultation(tx: Transaction, request_id: UUID, seen: int) -> Attendance:
    """Of whoever has the page of the request before them. Raises NothingToChange, ChangedMeanwhile, CannotBeKept."""
    consultation = await consultations.of_request(tx, request_id)
    booked = await appointments.look_at(tx, consultation.id) if consultation else None
    if booked is None:
        raise NothingToChange
    return await confirm_attendance(tx, Coming(booked.id, seen))
