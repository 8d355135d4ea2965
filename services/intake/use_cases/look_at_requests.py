"""Staff look at requests: the list of a clinic, and one request whole. Names stay sealed here (`reveal_people.py`)."""

from dataclasses import dataclass, field
from uuid import UUID

from services.intake.domain.consultation import Consultation, Standing, can_be_withdrawn, standing_of
from services.intake.domain.consultation_request import ConsultationRequest, RequestNotFound
from services.intake.domain.follow_up import FollowUp
from services.intake.domain.risk import RiskFlag
from services.intake.store import (
    consents,
    consultation_requests,
    consultations,
    follow_ups,
    patients,
    request_answers,
    request_list,
    risk_flags,
    staff_names,
)
from services.intake.store.consents import KeptConsent
from services.intake.store.request_list import View
from services.intake.use_cases.look_at_unsent import Unsent, look_at_erased, look_at_unsent, untaken
from services.intake.use_cases.reveal_people import Sealed, SealedReading, SealedReasons
from shared.database import Transaction

PAGE = 50
MOST_FOLLOW_UPS = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """One request with what is known of it."""

    request: ConsultationRequest
    consultation: Consultation | None
    risk: RiskFlag | None

    @property
    def standing(self) -> Standing:
        return standing_of(self.request, self.consultation)

    @property
    def at_risk(self) -> bool:
        return self.risk is not None and self.risk.open


@dataclass(frozen=True, slots=True)
class RequestList:
    view: View
    page: int
    counts: dict[View, int]
    rows: list[Listed]
    follow_ups: list[FollowUp]
    unsent: list[Unsent]
    """Somebody in danger who has not sent their request yet, and whom nobody has taken."""
    sealed: dict[UUID, Sealed]
    """Everybody on the page: by the id of the request, or of the session to follow up."""

    @property
    def pages(self) -> int:
        return _pages(self.counts[self.view])


def _pages(count: int) -> int:
    return max(1, -(-count // PAGE))


async def look_through_requests(tx: Transaction, clinic_id: UUID, view: View, page: int) -> RequestList:
    """After the last page there is the last page."""
    counts = await request_list.count(tx, clinic_id)
    page = min(page, _pages(counts[view]))
    found = await request_list.page(tx, clinic_id, view, most=PAGE, skip=(page - 1) * PAGE)
    due = await follow_ups.open_ones(tx, clinic_id, MOST_FOLLOW_UPS) if page == 1 and view is View.OPEN else []
    unsent = await untaken(tx, clinic_id) if page == 1 and view is View.OPEN else []
    ids = [request.id for request, _ in found]
    heard = await consultations.of_requests(tx, ids)
    risks = await risk_flags.of_requests(tx, ids)
    contacts = await patients.contacts_of(
        tx, [*(request.patient_id for request, _ in found), *(one.patient_id for one in due)]
    )
    return RequestList(
        view=view,
        page=page,
        counts=counts,
        rows=[Listed(request, heard.get(request.id), risks.get(request.id)) for request, _ in found],
        follow_ups=due,
        unsent=unsent,
        sealed={
            request.id: Sealed(request.patient_id, contacts[request.patient_id], SealedReasons(request.id, reasons))
            for request, reasons in found
        }
        # A session may be heard of whose patient is not known here: its line stands, without a name.
        | {
            one.session_id: Sealed(one.patient_id, contacts[one.patient_id])
            for one in due
            if one.patient_id in contacts
        },
    )


@dataclass(frozen=True, slots=True)
class WholeRequest:
    """Everything about one request. `names` are those of the staff in it, by id."""

    listed: Listed
    sealed: Sealed
    consents: list[KeptConsent]
    can_be_withdrawn: bool
    names: dict[UUID, str] = field(default_factory=dict)


async def look_at(tx: Transaction, clinic_id: UUID, request_id: UUID) -> WholeRequest | Unsent:
    """A request, also one in which a risk was seen and that is not sent yet. Raises RequestNotFound.

    The unsent one is looked for first: one that is sent at this moment is then found as a request.
    """
    if unsent := await look_at_unsent(tx, clinic_id, request_id):
        return unsent
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
    sealed = Sealed(
        request.patient_id,
        await patients.contact_of(tx, request.patient_id),
        SealedReasons(request_id, await consultation_requests.sealed_reasons_of(tx, request_id)),
        SealedReading(request_id, reading) if (reading := await request_answers.sealed_of(tx, request_id)) else None,
    )
    kept = await consents.of_request(tx, request_id)
    entered_by = await consultation_requests.entered_by_of(tx, request_id)
    appointment = consultation.appointment if consultation else None
    named = [
        entered_by,
        request.clearance.by if request.clearance else None,
        risk.acknowledged_by if risk else None,
        appointment.clinician_id if appointment else None,
        *(one.recorded_by for one in kept),
    ]
    return WholeRequest(
        Listed(request, consultation, risk),
        sealed,
        kept,
        can_be_withdrawn(request, consultation, tx.now),
        await staff_names.names_of(tx, named),
    )
