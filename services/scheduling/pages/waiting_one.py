"""`/staff/waiting-list/<request>`: somebody who waits: offered a time by hand, or taken off the list."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.pages.names import open_names
from services.scheduling.pages.refused_time import GIVEN, NotGiven, refused_values
from services.scheduling.pages.staff import OurStaff, PatientStaff
from services.scheduling.pages.typed_start import SKIPPED, TypedStart
from services.scheduling.pages.waiting_words import ANSWERS, LEAVING, URGENCIES, offer_in_words, wishes_in_words
from services.scheduling.problems import NotOnTheList
from services.scheduling.store import clinics, listed_waiting
from services.scheduling.store.staff_names import staff_names
from services.scheduling.use_cases.hold_time import NoTimesToChoose
from services.scheduling.use_cases.offer_by_hand import AlreadyAsked, TooSoonToOffer, offer_by_hand
from services.scheduling.use_cases.take_off_list import LeavingReason, take_off_list
from shared.database import Database
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheDatabase, TheKeyring, ThePages, TheSettings
from shared.web.forms import FormErrors, parse_form
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession
from shared.web.templating import Pages

router = APIRouter(prefix="/staff/waiting-list", include_in_schema=False)
LIST = "/staff/waiting-list"
TOO_SOON = "It begins before they would have to answer. Call them, and book it for them."
ASKED = (
    "They are asked for another time at this moment. Wait for the answer, or write down what they say on the telephone."
)
NO_KIND = "The clinic has no consultation among its kinds of appointment."


@router.get("/{request_id}", responses=may_refuse(NotOnTheList))
async def show(
    request_id: UUID,
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
) -> Response:
    return await _page(request_id, staff, pages, database, keyring, settings)


@router.post("/{request_id}/offer", responses=may_refuse(NotOnTheList))
async def offer(
    request: Request,
    request_id: UUID,
    staff: PatientStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
) -> Response:
    form = parse_form(TypedStart, await request.form())

    async def again(errors: dict[str, str], typed: dict[str, Any], not_given: NotGiven = GIVEN) -> Response:
        return await _page(
            request_id, staff, pages, database, keyring, settings, errors=errors, typed=typed, not_given=not_given
        )

    if isinstance(form, FormErrors):
        return await again(form.errors, dict(form.typed))
    typed = {"date": form.date.isoformat(), "time": f"{form.time:%H:%M}"}
    starts = form.starts(settings.clinic.zone)
    if not starts:
        return await again({"time": SKIPPED}, typed)
    if len(starts) > 1:
        return await again({}, typed, NotGiven(twice=starts))
    try:
        async with database.transaction() as tx:
            await offer_by_hand(tx, settings.clinic.id, request_id, starts[0], by=staff.staff_id)
    except TimeRefused as refusal:
        return await again({}, typed, NotGiven(starts[0], refusal))
    except TooSoonToOffer:
        return await again({"time": TOO_SOON}, typed)
    except AlreadyAsked:
        return await again({"date": ASKED}, typed)
    except NoTimesToChoose:
        return await again({"date": NO_KIND}, typed)
    return RedirectResponse(LIST, status_code=303)


@router.post("/{request_id}/leave", responses=may_refuse(NotOnTheList))
async def leave(
    request: Request,
    request_id: UUID,
    staff: PatientStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
) -> Response:
    chosen = (await request.form()).get("reason")
    reason = next((one for one in LeavingReason if one.value == chosen), None)
    if reason is None:
        wrong = {"reason": "Choose why they leave the list."}
        return await _page(request_id, staff, pages, database, keyring, settings, errors=wrong)
    async with database.transaction() as tx:
        await take_off_list(tx, settings.clinic.id, request_id, reason, by=staff.staff_id)
    return RedirectResponse(LIST, status_code=303)


async def _page(
    request_id: UUID,
    staff: StaffSession,
    pages: Pages,
    database: Database,
    keyring: Keyring,
    settings: Settings,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
    not_given: NotGiven = GIVEN,
) -> Response:
    """Raises NotOnTheList."""
    async with database.transaction(read_only=True) as tx:
        row = await listed_waiting.of_request(tx, settings.clinic.id, request_id)
        clinic = await clinics.find(tx, settings.clinic.id)
        if row is None or clinic is None:
            raise NotOnTheList
        by = await staff_names(tx, [person for one in row.offers for person in (one.offered_by, one.answered_by)])
    names = await open_names(keyring, [(row.consultation.patient_id, row.contact)])
    return pages.page(
        "waiting_one.html",
        status=409 if not_given is not GIVEN else 422 if errors else 200,
        staff=staff,
        row=row,
        name=names.name(row.consultation.patient_id, row.consultation.reference),
        names_away=names.away,
        waits=row.consultation.state is ConsultationState.WAITLISTED,
        urgency=URGENCIES[row.consultation.urgency],
        wishes=wishes_in_words(row.consultation),
        answers=ANSWERS,
        offers=[(one, offer_in_words(one, clinic.zone)) for one in row.offers],
        by=by,
        reasons=LEAVING,
        errors=errors or {},
        typed={"date": "", "time": "", **(typed or {})},
        **refused_values(not_given, clinic, staff),
    )
