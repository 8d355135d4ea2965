"""Staff look at one request whole. What is sealed stays so here (`reveal_people.py`)."""

from dataclasses import dataclass, field
from uuid import UUID

from services.intake.domain.consultation import can_be_withdrawn
from services.intake.domain.consultation_request import RequestNotFound
from services.intake.domain.questionnaire.protocol import FollowUpProtocol
from services.intake.domain.recognition import Likeness
from services.intake.store import (
    caller_acts,
    consents,
    consultation_requests,
    consultations,
    information_asks,
    patient_marks,
    patients,
    person_links,
    request_acts,
    request_answers,
    risk_flags,
    staff_names,
)
from services.intake.store.caller_acts import KeptCallerAct
from services.intake.store.consents import KeptConsent
from services.intake.store.information_asks import InformationAsk, SealedAnswer, SealedAskReading
from services.intake.store.person_links import PersonLink
from services.intake.store.request_acts import KeptAct
from services.intake.store.request_answers import SealedReading
from services.intake.store.version_kinds import FOLLOW_UP
from services.intake.use_cases.look_at_requests import Listed, requests_of
from services.intake.use_cases.look_at_scores import Scores, look_at_scores
from services.intake.use_cases.look_at_unsent import Unsent, look_at_erased, look_at_unsent
from services.intake.use_cases.reveal_people import Sealed, SealedReasons
from shared.database import Transaction
from shared.versions.in_force import rules_in_force
from shared.versions.life import InForce


@dataclass(frozen=True, slots=True)
class PerhapsSame:
    """Another patient: what they share with this one, and what was decided about the two."""

    likeness: Likeness
    link: PersonLink | None
    requests: list[Listed]


@dataclass(frozen=True, slots=True)
class WholeRequest:
    """Everything about one request. `names` are those of the staff in it, by id."""

    listed: Listed
    sealed: dict[UUID, Sealed]
    """Of this request and of those that are perhaps from the same person, by request id."""
    consents: list[KeptConsent]
    can_be_ended: bool
    """Withdrawn or declined: not once its consultation has begun."""
    acts: list[KeptAct]
    perhaps_same: list[PerhapsSame]
    person_version: int
    entered_by: UUID | None
    asks: list[InformationAsk]
    answers: list[SealedAnswer]
    """To any of the `asks`."""
    readings: list[SealedAskReading]
    """Of what was answered on pages of the guided request that were asked for once more."""
    scores: Scores
    protocol: InForce[FollowUpProtocol]
    """Under which the next questions are asked."""
    with_caller: list[KeptCallerAct]
    """What staff did with it before it was sent."""
    names: dict[UUID, str] = field(default_factory=dict)


async def look_at(tx: Transaction, clinic_id: UUID, request_id: UUID) -> WholeRequest | Unsent:
    """A request, also one in which a risk was seen and that is not sent yet. Raises RequestNotFound.

    The unsent one is looked for first: one that is sent at this moment is then found as a request.
    """
    if found := await look_at_unsent(tx, clinic_id, request_id):
        return found
    try:
        return await look_at_request(tx, clinic_id, request_id)
    except RequestNotFound:
        if erased := await look_at_erased(tx, clinic_id, request_id):
            return erased
        raise


async def look_at_request(tx: Transaction, clinic_id: UUID, request_id: UUID) -> WholeRequest:
    """Raises RequestNotFound."""
    request = await consultation_requests.get(tx, clinic_id, request_id)
    consultation = await consultations.of_request(tx, request_id)
    risk = (await risk_flags.of_requests(tx, [request_id])).get(request_id)
    contact = await patients.contact_of(tx, request.patient_id)
    reasons = SealedReasons(request_id, await consultation_requests.sealed_reasons_of(tx, request_id))
    read = await request_answers.sealed_of(tx, request_id)
    reading = SealedReading(request_id, read) if read else None
    kept = await consents.of_patient(tx, request_id, request.patient_id)
    others, sealed = await _perhaps_same(tx, clinic_id, request.patient_id)
    entered_by = await consultation_requests.entered_by_of(tx, request_id)
    asks = await information_asks.of_request(tx, request_id)
    appointment = consultation.appointment if consultation else None
    named = [
        entered_by,
        request.clearance.by if request.clearance else None,
        risk.acknowledged_by if risk else None,
        appointment.clinician_id if appointment else None,
        *(one.recorded_by for one in kept),
        *(ask.asked_by for ask in asks),
    ]
    return WholeRequest(
        Listed(request, consultation, risk),
        {**sealed, request_id: Sealed(request.patient_id, contact, reasons, reading)},
        kept,
        can_be_withdrawn(request, consultation, tx.now),
        await request_acts.of_request(tx, request_id),
        others,
        contact.person_version,
        entered_by,
        asks,
        await information_asks.answers_to(tx, [ask.id for ask in asks]),
        await information_asks.readings_of(tx, [ask.id for ask in asks]),
        await look_at_scores(tx, clinic_id, request_id),
        await rules_in_force(tx, FOLLOW_UP, clinic_id),
        await caller_acts.of_request(tx, clinic_id, request_id),
        await staff_names.names_of(tx, named),
    )


async def _perhaps_same(
    tx: Transaction, clinic_id: UUID, patient_id: UUID
) -> tuple[list[PerhapsSame], dict[UUID, Sealed]]:
    """Those who are linked first, then who is likely; people with nothing in common but a decision stay too."""
    alike = {one.patient_id: one for one in await patient_marks.like(tx, clinic_id, patient_id)}
    links = await person_links.of_patient(tx, patient_id)
    for other in links:
        alike.setdefault(other, Likeness(other, frozenset(), born_apart=False))
    found = await requests_of(tx, clinic_id, alike)
    of = {other: [row for row in found.rows if row.request.patient_id == other] for other in alike}
    perhaps = [PerhapsSame(one, links.get(other), of[other]) for other, one in alike.items() if of[other]]
    return sorted(perhaps, key=_standing_out), found.sealed


def _standing_out(one: PerhapsSame) -> int:
    if one.link:
        return 0 if one.link.same else 3
    return 1 if one.likeness.likely else 2
