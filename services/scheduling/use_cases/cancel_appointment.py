"""Give an appointment up, and its time back."""

from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.store import appointment_acts, appointments, bookings, waiting_list
from services.scheduling.store.appointment_acts import Did
from services.scheduling.use_cases.end_asked_move import end_question_about
from services.scheduling.use_cases.pages_changed import board_changed
from shared.database import Transaction
from shared.events.values import DecidedBy


async def cancel_appointment(
    tx: Transaction,
    appointment: Appointment,
    decided_by: DecidedBy,
    *,
    by: UUID | None = None,
    reason: str | None = None,
) -> Appointment:
    """Frees its resources in this transaction, and has the waiting list looked at after it. Raises AppointmentIsOver.

    The list is not served in here: whoever frees rows and takes others in one transaction can meet somebody who does
    the same the other way round.
    """
    cancelled = appointment.cancel(by=by, reason=reason)
    if cancelled is not appointment:
        await end_question_about(tx, cancelled.id)
        await appointments.save(tx, cancelled)
        await bookings.free(tx, cancelled.id)
        await appointment_acts.keep(tx, cancelled, Did.CANCELLED, decided_by=decided_by, staff_id=by, reason=reason)
        await waiting_list.review_at(tx, cancelled.booking.clinic_id, tx.now)
        board_changed(tx, cancelled)
    return cancelled
