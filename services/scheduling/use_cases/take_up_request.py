"""A request for a consultation was sent, or its state changed: book what may be booked."""

from datetime import datetime

from services.scheduling.domain.consultation import Consultation, Request
from services.scheduling.store import consultations, patients
from services.scheduling.use_cases.schedule_consultation import schedule_consultation
from shared.database import Transaction
from shared.events.values import ContactEnvelope


async def take_up_request(
    tx: Transaction, request: Request, contact: ContactEnvelope, reachable: bool, now: datetime
) -> Consultation:
    """The consultation of this request. What was withdrawn before it was heard of is not booked; an older state of the
    request than the one known changes nothing."""
    consultation = await hear(tx, request, contact, reachable)
    if consultation.may_be_booked(request):
        return await schedule_consultation(tx, consultation, now)
    return consultation


async def hear(tx: Transaction, request: Request, contact: ContactEnvelope, reachable: bool) -> Consultation:
    """Stores what this state of the request says, and answers the consultation, locked."""
    await consultations.alone_with(tx, request.id)
    before = await consultations.open_for(tx, Consultation.unheard(request))
    await patients.store(
        tx, patient_id=request.patient_id, clinic_id=request.clinic_id, contact=contact, reachable=reachable
    )
    consultation = before.heard(request)
    if consultation.request_version == request.version and await consultations.has_risk(tx, request.id):
        consultation = consultation.at_risk()
    if consultation != before:
        await consultations.save(tx, consultation)
    return consultation
