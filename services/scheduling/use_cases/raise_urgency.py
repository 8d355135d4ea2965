"""A risk was seen in a request: whoever is not booked yet goes to the front of the waiting list."""

from datetime import datetime

from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.store import consultations, waiting_list
from shared.database import Transaction
from shared.events.risk import RiskRaised


async def raise_urgency(tx: Transaction, risk: RiskRaised, now: datetime) -> None:
    """Keeps the risk, so that a request that arrives later finds it, and marks the consultation if it is known."""
    if risk.request_id is None:
        await consultations.keep_risk(tx, risk)
        return
    await consultations.alone_with(tx, risk.request_id)
    await consultations.keep_risk(tx, risk)
    before = await consultations.lock_of_request(tx, risk.request_id)
    if before is None:
        return
    consultation = before.at_risk()
    if consultation != before:
        await consultations.save(tx, consultation)
        if consultation.state is ConsultationState.WAITLISTED:
            await waiting_list.review_at(tx, consultation.clinic_id, now)
