"""A patient, or staff on their behalf, no longer wants the consultation."""

from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.store import consultation_requests, consultations, patients
from services.intake.use_cases import events
from shared.database import Transaction
from shared.events.values import DecidedBy


async def withdraw_request(tx: Transaction, clinic_id: UUID, request_id: UUID, by: DecidedBy) -> ConsultationRequest:
    """Withdraw and tell the others; withdrawing again answers the same and tells nobody twice.

    Raises RequestNotFound, ConsultationBegan.
    """
    before = await consultation_requests.lock(tx, clinic_id, request_id)
    consultation = await consultations.of_request(tx, request_id)
    after = before.withdraw(by, tx.now, begins_at=consultation.begins_at if consultation else None)
    if after is not before:
        await consultation_requests.save(tx, after)
        contact = await patients.contact_of(tx, after.patient_id)
        tx.emit(events.withdrawn(after, contact, by=by, at=tx.now), of=after)
        tx.changed("requests", f"request:{request_id}")
    return after
