"""A risk was seen in a request: whoever is not booked yet goes to the front of the waiting list, and staff hear of a time
that is too late."""

from datetime import datetime

from services.scheduling.domain.appointment import OPEN
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.urgency import Risk
from services.scheduling.store import appointments, consultations, waiting_list
from services.scheduling.use_cases.say_late import say_if_late
from services.scheduling.use_cases.urgency_now import urgency_now
from shared.database import Transaction
from shared.events.risk import RiskRaised


async def raise_urgency(tx: Transaction, risk: RiskRaised, now: datetime) -> None:
    """Keeps the risk, so that a request that arrives later finds it, and marks the consultation if it is known.

    A time that is booked stays booked: only with the patient is it moved.
    """
    if risk.request_id is None:
        await consultations.keep_risk(tx, risk)
        return
    await consultations.alone_with(tx, risk.request_id)
    if not await consultations.keep_risk(tx, risk):
        return
    before = await consultations.lock_of_request(tx, risk.request_id)
    if before is None:
        return
    urgency = await urgency_now(tx, before.clinic_id)
    after = before.at_risk().hurried(urgency.rules, [Risk(risk.level, risk.raised_at)], urgency.zone)
    if after == before:
        return
    await consultations.save(tx, after)
    if after.state is ConsultationState.WAITLISTED:
        await waiting_list.review_at(tx, after.clinic_id, now)
    if after.due_by != before.due_by:
        await _say_if_late(tx, after)


async def _say_if_late(tx: Transaction, consultation: Consultation) -> None:
    if consultation.state is ConsultationState.WAITLISTED:
        await say_if_late(tx, consultation, None)
    elif consultation.state is ConsultationState.BOOKED:
        appointment = await appointments.of_consultation(tx, consultation.id)
        if appointment is not None and appointment.state in OPEN and appointment.starts_at > tx.now:
            await say_if_late(tx, consultation, appointment.starts_at)
