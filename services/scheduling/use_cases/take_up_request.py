"""A request for a consultation was sent, or its state changed: book what may be booked."""

from datetime import datetime

from services.scheduling.domain.consultation import Consultation, Request
from services.scheduling.domain.hold import Hold
from services.scheduling.domain.urgency import Risk
from services.scheduling.domain.urgency_rules import SOONEST_FIRST
from services.scheduling.store import consultations, holds, patients
from services.scheduling.use_cases.let_holds_lapse import give_back
from services.scheduling.use_cases.schedule_consultation import booked, schedule_consultation, wait_in_line
from services.scheduling.use_cases.take_chosen_time import take_kept_time, take_same_time
from services.scheduling.use_cases.urgency_now import urgency_now
from shared.database import Transaction
from shared.events.values import ContactEnvelope, Urgency


async def take_up_request(
    tx: Transaction, request: Request, contact: ContactEnvelope, reachable: bool, now: datetime
) -> Consultation:
    """The consultation of this request. What was withdrawn before it was heard of is not booked; an older state of the
    request than the one known changes nothing.

    Nobody overtakes those who wait: what is free is theirs first, and what does not fit the first of them fits nobody.
    So who comes behind them joins the line at once. For somebody at risk it is looked all the same. A time that the
    patient has chosen, and that is still kept for them, is theirs already.
    """
    consultation = await hear(tx, request, contact, reachable)
    if not consultation.may_be_booked(request):
        return consultation
    hold = await holds.of_request(tx, request.id)
    after = await _with_a_time(tx, consultation, hold if hold and hold.is_of(request) else None, now)
    if hold is not None:
        await give_back(tx, hold)
    return after


async def _with_a_time(tx: Transaction, consultation: Consultation, hold: Hold | None, now: datetime) -> Consultation:
    """The chosen one if it can be had, else the best there is, or a place in the line."""
    if hold is not None and (kept := await take_kept_time(tx, consultation, hold)) is not None:
        return await booked(tx, consultation, kept)
    chosen = hold.starts_at if hold else None
    if consultation.urgency is not Urgency.URGENT and await consultations.somebody_waits_before(tx, consultation):
        return await wait_in_line(tx, consultation, now, instead_of=chosen)
    if hold is not None and (same := await take_same_time(tx, consultation, hold, now)) is not None:
        return await booked(tx, consultation, same)
    return await schedule_consultation(tx, consultation, now, instead_of=chosen)


async def hear(tx: Transaction, request: Request, contact: ContactEnvelope, reachable: bool) -> Consultation:
    """Stores what this state of the request says, and answers the consultation, locked."""
    await consultations.alone_with(tx, request.id)
    before = await consultations.open_for(tx, Consultation.unheard(request).heard(request))
    await patients.store(
        tx, patient_id=request.patient_id, clinic_id=request.clinic_id, contact=contact, reachable=reachable
    )
    consultation = before.heard(request)
    risks = await consultations.risks_of(tx, request.id)
    if consultation.request_version == request.version and risks:
        consultation = consultation.at_risk()
    consultation = await _hurried(tx, before, consultation, request.urgency, risks)
    if consultation != before:
        await consultations.save(tx, consultation)
    return consultation


async def _hurried(
    tx: Transaction, before: Consultation, heard: Consultation, asked: Urgency, risks: list[Risk]
) -> Consultation:
    """Judged by the rules that count now, once, and again when it has become more urgent; else it keeps those it has."""
    if not risks and heard.urgency not in SOONEST_FIRST:
        return heard
    if before.due_rules is not None and heard.urgency is before.urgency:
        return heard
    now = await urgency_now(tx, heard.clinic_id)
    return heard.hurried(now.rules, risks, now.zone, asked=asked)
