"""The patient no longer wants the consultation, or staff declined it: give its time back, in whatever order the news
arrives."""

from services.scheduling.domain.appointment import OPEN
from services.scheduling.domain.consultation import Consultation, ConsultationState, Request
from services.scheduling.store import appointments, consultations, holds
from services.scheduling.use_cases.cancel_appointment import cancel_appointment
from services.scheduling.use_cases.let_holds_lapse import give_back
from services.scheduling.use_cases.take_up_request import hear
from shared.database import Transaction
from shared.events.consultation import ConsultationCancelled
from shared.events.values import ContactEnvelope, DecidedBy


async def withdraw_consultation(
    tx: Transaction, request: Request, contact: ContactEnvelope, reachable: bool, by: DecidedBy
) -> Consultation:
    """Cancels it and says so once, also when the request itself was never heard of: it will find itself withdrawn.

    What already took place stays as it is.
    """
    consultation = await hear(tx, request, contact, reachable)
    if (hold := await holds.of_request(tx, request.id)) is not None:
        await give_back(tx, hold)
    if not consultation.can_be_cancelled:
        return consultation
    appointment = await appointments.of_consultation(tx, consultation.id)
    if appointment is not None and appointment.state in OPEN:
        appointment = await cancel_appointment(tx, appointment)
    cancelled = consultation.become(ConsultationState.CANCELLED)
    await consultations.save(tx, cancelled)
    tx.emit(
        ConsultationCancelled(
            clinic_id=cancelled.clinic_id,
            patient_id=cancelled.patient_id,
            consultation_id=cancelled.id,
            request_id=cancelled.request_id,
            reference=cancelled.reference,
            by=by,
            appointment=appointment.told() if appointment else None,
        ),
        of=cancelled,
    )
    return cancelled
