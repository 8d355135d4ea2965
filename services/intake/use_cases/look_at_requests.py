"""Staff look through requests: the line of a clinic, and what a search finds. Names stay sealed here
(`reveal_people.py`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.consultation import Consultation, Standing, standing_of
from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.follow_up import FollowUp
from services.intake.domain.queue import Narrowing, Place, View
from services.intake.domain.risk import RiskFlag
from services.intake.store import consultations, follow_ups, patients, request_list, risk_flags
from services.intake.store.request_list import InLine
from services.intake.use_cases.look_at_unsent import Unsent, unsent
from services.intake.use_cases.reveal_people import Sealed, SealedReasons
from shared.database import Transaction

PAGE = 50
MOST_FOLLOW_UPS = 100
MOST_OPENED = 500
"""How many requests are opened to look for one reason: the first of the line, because those wait."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One request with what is known of it."""

    request: ConsultationRequest
    consultation: Consultation | None
    risk: RiskFlag | None
    place: Place | None = None

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
    pages: int
    counts: dict[View, int]
    rows: list[Listed]
    follow_ups: list[FollowUp]
    unsent: list[Unsent]
    """Somebody in danger who has not sent their request yet."""
    sealed: dict[UUID, Sealed]
    """Everybody on the page: by the id of the request, or of the session to follow up."""


async def look_through_requests(
    tx: Transaction,
    clinic_id: UUID,
    view: View,
    page: int,
    by: Narrowing = Narrowing(),  # noqa: B008 - frozen
    only: Sequence[UUID] | None = None,
) -> RequestList:
    """`only` these, which had the reason that was looked for. After the last page there is the last page."""
    in_danger = await unsent(tx, clinic_id)
    counts = {**await request_list.count(tx, clinic_id, by), View.UNSENT: len(in_danger)}
    if view is View.UNSENT:
        return RequestList(view, 1, 1, counts, [], [], in_danger, {})
    pages = max(1, -(-(counts[view] if only is None else len(only)) // PAGE))
    page = min(page, pages)
    found = await request_list.page(tx, clinic_id, view, by, most=PAGE, skip=(page - 1) * PAGE, only=only)
    whole_line = page == 1 and view is View.OPEN and not by.any
    due = await follow_ups.open_ones(tx, clinic_id, MOST_FOLLOW_UPS) if whole_line else []
    contacts = await patients.contacts_of(tx, [one.patient_id for one in due])
    return RequestList(
        view=view,
        page=page,
        pages=pages,
        counts=counts,
        rows=await _known_of(tx, found),
        follow_ups=due,
        unsent=[one for one in in_danger if one.open_flag] if whole_line else [],
        sealed=await _sealed(tx, found)
        # A session may be heard of whose patient is not known here: its line stands, without a name.
        | {
            one.session_id: Sealed(one.patient_id, contacts[one.patient_id])
            for one in due
            if one.patient_id in contacts
        },
    )


async def reasons_in_line(
    tx: Transaction, clinic_id: UUID, view: View, by: Narrowing
) -> list[tuple[UUID, SealedReasons]]:
    """Patient and sealed reasons of the first MOST_OPENED of the line."""
    found = await request_list.page(tx, clinic_id, view, by, most=MOST_OPENED)
    return [(one.request.patient_id, SealedReasons(one.request.id, one.sealed_reasons)) for one in found]


@dataclass(frozen=True, slots=True)
class FoundRequests:
    rows: list[Listed]
    sealed: dict[UUID, Sealed]


async def requests_of(tx: Transaction, clinic_id: UUID, patient_ids: Iterable[UUID]) -> FoundRequests:
    found = await request_list.of_patients(tx, clinic_id, patient_ids)
    return FoundRequests(await _known_of(tx, found), await _sealed(tx, found))


async def _known_of(tx: Transaction, found: Sequence[InLine]) -> list[Listed]:
    ids = [one.request.id for one in found]
    heard = await consultations.of_requests(tx, ids)
    risks = await risk_flags.of_requests(tx, ids)
    return [Listed(one.request, heard.get(one.request.id), risks.get(one.request.id), one.place) for one in found]


async def _sealed(tx: Transaction, found: Sequence[InLine]) -> dict[UUID, Sealed]:
    contacts = await patients.contacts_of(tx, [one.request.patient_id for one in found])
    return {
        one.request.id: Sealed(
            one.request.patient_id,
            contacts[one.request.patient_id],
            SealedReasons(one.request.id, one.sealed_reasons),
        )
        for one in found
    }
