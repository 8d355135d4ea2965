"""A booked time that could not be kept can be after all: whoever was told otherwise is told once that it stays."""

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.asked_move import AskedMove, WithdrawnMove
from services.scheduling.domain.slot_offer import OfferState
from services.scheduling.store import appointments, asked_moves, consultations
from services.scheduling.use_cases.end_asked_move import close_question
from services.scheduling.use_cases.pages_changed import board_changed
from shared.database import Transaction
from shared.events.move import MoveWithdrawn
from shared.ids import uuid7


async def withdraw_move_of(tx: Transaction, appointment: Appointment) -> None:
    """Of this appointment, if its patient was told anything. It is locked."""
    standing = await asked_moves.newest_of(tx, [appointment.id])
    if appointment.id in standing:
        await withdraw_move(tx, standing[appointment.id])


async def withdraw_move(tx: Transaction, found: AskedMove) -> bool:
    """Whoever answers or moves at this moment was first, and then this does nothing; or finds that it is over."""
    asked = await asked_moves.lock(tx, found)
    appointment = await appointments.find(tx, asked.clinic_id, asked.appointment_id)
    if asked.withdrawn or not asked.is_about(appointment):
        return False
    if asked.open:
        await close_question(tx, asked, OfferState.ENDED)
    withdrawn = WithdrawnMove(uuid7())
    await asked_moves.withdraw(tx, asked, withdrawn)
    consultation_id = appointment.booking.consultation_id
    tx.emit(
        MoveWithdrawn(
            clinic_id=asked.clinic_id,
            patient_id=asked.patient_id,
            withdrawn_id=withdrawn.id,
            offer_id=asked.id,
            appointment_id=appointment.id,
            revision=appointment.revision,
            request_id=await consultations.request_of(tx, consultation_id) if consultation_id else None,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            zone=appointment.booking.zone,
            local_start=appointment.local_start,
            withdrawn_at=tx.now,
        ),
        of=withdrawn,
    )
    board_changed(tx, appointment)
    return True
