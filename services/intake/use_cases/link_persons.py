"""Staff decide whether two requests are from one person. Their ids stay two: a decision can be taken back."""

from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest, RequestChanged
from services.intake.domain.staff_actions import Actor
from services.intake.store import consultation_requests, person_links, request_acts
from services.intake.store.request_acts import Act
from shared.database import Transaction


async def decide_persons(
    tx: Transaction, clinic_id: UUID, request_id: UUID, other_request_id: UUID, by: Actor, *, same: bool
) -> None:
    """On record at both requests. Deciding the same again changes nothing; the contrary is first taken back.

    Raises RequestNotFound, RequestChanged.
    """
    one, other = await _both(tx, clinic_id, request_id, other_request_id)
    if one.patient_id == other.patient_id:
        return
    if await person_links.decide(tx, clinic_id, (one.patient_id, other.patient_id), same=same, by=by):
        await _note(tx, one, other, Act.SAME_PERSON if same else Act.OTHER_PERSON, by)
        return
    decided = (await person_links.of_patient(tx, one.patient_id)).get(other.patient_id)
    if decided is None or decided.same is not same:
        raise RequestChanged


async def take_back(
    tx: Transaction, clinic_id: UUID, request_id: UUID, other_request_id: UUID, by: Actor, *, same: bool
) -> None:
    """`same` is the decision that was on the page. Taking back what is not decided changes nothing.

    Raises RequestNotFound.
    """
    one, other = await _both(tx, clinic_id, request_id, other_request_id)
    if await person_links.undo(tx, (one.patient_id, other.patient_id), same=same):
        await _note(tx, one, other, Act.UNDECIDED, by)


async def _both(
    tx: Transaction, clinic_id: UUID, request_id: UUID, other_request_id: UUID
) -> tuple[ConsultationRequest, ConsultationRequest]:
    return (
        await consultation_requests.get(tx, clinic_id, request_id),
        await consultation_requests.get(tx, clinic_id, other_request_id),
    )


async def _note(tx: Transaction, one: ConsultationRequest, other: ConsultationRequest, act: Act, by: Actor) -> None:
    await request_acts.add(tx, one, act, by, about=other.reference)
    await request_acts.add(tx, other, act, by, about=one.reference)
    tx.changed(f"request:{one.id}", f"request:{other.id}")
