"""Staff have looked at a request that was held, and let it be booked."""

from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.store import consultation_requests, patients
from services.intake.use_cases import events
from shared.database import Transaction


async def clear_request(tx: Transaction, clinic_id: UUID, request_id: UUID, staff_id: UUID) -> ConsultationRequest:
    """Clear it and tell the others; clearing again answers the same and tells nobody twice.

    Raises RequestNotFound, RequestWithdrawn.
    """
    before = await consultation_requests.lock(tx, clinic_id, request_id)
    after = before.clear(staff_id, tx.now)
    if after is not before:
        await consultation_requests.save(tx, after)
        contact = await patients.contact_of(tx, after.patient_id)
        tx.emit(events.cleared(after, contact), of=after)
        tx.changed("requests", f"request:{request_id}")
    return after
