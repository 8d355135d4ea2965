"""`/staff/requests/<id>`: one request whole, letting one be booked that was held, and withdrawing for the patient."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.intake.domain.consultation import Standing
from services.intake.domain.contact_rules import readable_phone, region_of
from services.intake.domain.reasons import WORDS
from services.intake.pages.staff import WITH_PATIENTS, OurStaff
from services.intake.problems import ConsultationBegan, RequestNotFound, RequestWithdrawn
from services.intake.use_cases.clear_request import clear_request
from services.intake.use_cases.look_at_requests import look_at_request
from services.intake.use_cases.reveal_people import reveal_people
from services.intake.use_cases.withdraw_request import withdraw_request
from shared.events.values import DecidedBy
from shared.web.dependencies import TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse
from shared.web.story import CLINICAL

router = APIRouter(
    prefix="/staff/requests/{request_id}",
    include_in_schema=False,
    responses=may_refuse(RequestNotFound, ConsultationBegan, RequestWithdrawn),
)


async def _shown(
    template: str,
    request_id: UUID,
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
) -> Response:
    async with database.transaction(read_only=True) as tx:
        whole = await look_at_request(tx, settings.clinic.id, request_id)
    people = await reveal_people(keyring, {request_id: whole.sealed})
    person = people.get(request_id)
    region = region_of(settings.clinic.phone)
    return pages.page(
        template,
        staff=staff,
        whole=whole,
        may_book=whole.listed.standing is Standing.SCHEDULED and not staff.roles.isdisjoint(WITH_PATIENTS),
        may_trace=not staff.roles.isdisjoint(CLINICAL),
        words=WORDS,
        person=person,
        names_away=people.names_away,
        phone=readable_phone(person.contact.mobile, region) if person and person.contact.mobile else "",
    )


@router.get("")
async def page(
    request_id: UUID,
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
) -> Response:
    return await _shown("staff_request.html", request_id, staff, pages, database, keyring, settings)


@router.get("/state")
async def state(
    request_id: UUID,
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
) -> Response:
    """What stands inside the page's live region."""
    return await _shown("staff_request_state.html", request_id, staff, pages, database, keyring, settings)


@router.get("/live")
async def live(request_id: UUID, request: Request, staff: OurStaff, hub: TheLive) -> Response:
    return live_response(request, hub, [f"request:{request_id}"], staff)


@router.post("/clear")
async def clear(request_id: UUID, staff: OurStaff, database: TheDatabase, settings: TheSettings) -> Response:
    async with database.transaction() as tx:
        await clear_request(tx, settings.clinic.id, request_id, staff.staff_id)
    return RedirectResponse(f"/staff/requests/{request_id}", status_code=303)


@router.post("/withdraw")
async def withdraw(request_id: UUID, staff: OurStaff, database: TheDatabase, settings: TheSettings) -> Response:
    del staff  # asked for what it checks
    async with database.transaction() as tx:
        await withdraw_request(tx, settings.clinic.id, request_id, DecidedBy.STAFF)
    return RedirectResponse(f"/staff/requests/{request_id}", status_code=303)
