"""A clinician has looked at a request, and the clinic cannot help here."""

from enum import StrEnum
from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.staff_actions import Actor
from services.intake.store import consultation_requests, consultations, patients, request_acts
from services.intake.store.request_acts import Act
from services.intake.use_cases import events
from shared.database import Transaction
from shared.events.values import DeclineLetter


class Because(StrEnum):
    """Why, for the clinic's own record. The patient's letter names none of it."""

    NOT_SUITABLE = "not-suitable"
    OTHER_CARE = "other-care"
    NOT_OFFERED = "not-offered"
    NOT_REACHED = "not-reached"


async def decline_request(
    tx: Transaction,
    clinic_id: UUID,
    request_id: UUID,
    by: Actor,
    because: Because,
    seen: int | None = None,
    *,
    letter: DeclineLetter = DeclineLetter.GENERAL,
    note: bytes | None = None,
) -> ConsultationRequest:
    """Decline and tell the others; declining again answers the same and tells nobody twice.

    Raises RequestNotFound, RequestWithdrawn, RequestChanged, ConsultationBegan.
    """
    before = await consultation_requests.lock(tx, clinic_id, request_id)
    consultation = await consultations.of_request(tx, request_id)
    after = before.turn_down(by.id, tx.now, begins_at=consultation.begins_at if consultation else None)
    if after is not before:
        before.expect(seen)
        await consultation_requests.save(tx, after)
        await request_acts.add(tx, after, Act.DECLINED, by, about=f"{because}/{letter}", note=note)
        contact = await patients.contact_of(tx, after.patient_id)
        tx.emit(events.declined(after, contact, tx.now, letter), of=after)
        tx.changed("requests", f"request:{request_id}")
    return after
