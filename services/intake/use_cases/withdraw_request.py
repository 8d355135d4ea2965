"""A patient, or staff on their behalf, no longer wants the consultation."""

from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.staff_actions import Actor
from services.intake.store import consultation_requests, consultations, patients, request_acts
from services.intake.store.request_acts import Act
from services.intake.use_cases import events
from shared.database import Transaction
from shared.events.values import DecidedBy


async def withdraw_request(
    tx: Transaction, clinic_id: UUID, request_id: UUID, by: Actor | DecidedBy, seen: int | None = None
) -> ConsultationRequest:
    """Withdraw and tell the others; withdrawing again, or after a no, answers the same and tells nobody twice.

    Raises RequestNotFound, ConsultationBegan, RequestChanged.
    """
    decided_by = DecidedBy.STAFF if isinstance(by, Actor) else by
    before = await consultation_requests.lock(tx, clinic_id, request_id)
    consultation = await consultations.of_request(tx, request_id)
    after = before.withdraw(decided_by, tx.now, begins_at=consultation.begins_at if consultation else None)
    if after is not before:
        before.expect(seen)
        await consultation_requests.save(tx, after)
        await request_acts.add(tx, after, Act.WITHDRAWN, by)
        contact = await patients.contact_of(tx, after.patient_id)
        tx.emit(events.withdrawn(after, contact, by=decided_by, at=tx.now), of=after)
        tx.changed("requests", f"request:{request_id}")
    return after
