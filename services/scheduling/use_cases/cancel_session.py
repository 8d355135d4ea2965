"""Staff cancel a session."""

from uuid import UUID

from services.scheduling.domain.session import CancelReason, Session
from services.scheduling.store import appointments, sessions
from services.scheduling.use_cases.cancel_appointment import cancel_appointment
from shared.database import Transaction
from shared.events.session import SessionCancelled
from shared.events.values import DecidedBy


async def cancel_session(tx: Transaction, before: Session, *, reason: CancelReason, by: UUID) -> Session:
    """Gives its time back and says so; cancelling twice says it once. The session is locked.

    Raises SessionNotBooked, AppointmentIsOver once it has begun.
    """
    after = before.cancel()
    if after is before:
        return before
    await sessions.save(tx, after)
    decided_by = DecidedBy.PATIENT if reason is CancelReason.PATIENT_ASKED else DecidedBy.STAFF
    appointment = await appointments.of_session(tx, after.id)
    appointment = await cancel_appointment(tx, appointment, decided_by, by=by, reason=reason)
    tx.emit(
        SessionCancelled(
            clinic_id=after.clinic_id,
            patient_id=after.patient_id,
            session_id=after.id,
            course_id=after.course_id,
            number=after.number,
            by=decided_by,
            appointment=appointment.told(),
        ),
        of=after,
    )
    return after
