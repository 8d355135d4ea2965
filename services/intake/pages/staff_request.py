"""`/staff/requests/<id>`: one request whole, letting one be booked that was held, and withdrawing for the patient."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from services.intake.domain.consultation import Standing
from services.intake.domain.contact_rules import readable_phone, region_of
from services.intake.domain.reasons import WORDS
from services.intake.pages.reading_words import reading_values
from services.intake.pages.staff import WITH_PATIENTS, OurStaff
from services.intake.pages.staff_unsent import unsent_values
from services.intake.problems import ConsultationBegan, RequestNotFound, RequestWithdrawn
from services.intake.use_cases.clear_request import clear_request
from services.intake.use_cases.look_at_requests import WholeRequest, look_at
from services.intake.use_cases.look_at_unsent import Unsent
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


@dataclass(frozen=True, slots=True)
class _Desk:
    """What showing a request needs, asked for as one thing by the page and by its live part."""

    staff: OurStaff
    pages: ThePages
    database: TheDatabase
    keyring: TheKeyring
    settings: TheSettings

    async def show(self, request_id: UUID, part: str = "") -> Response:
        async with self.database.transaction(read_only=True) as tx:
            seen = await look_at(tx, self.settings.clinic.id, request_id)
        if isinstance(seen, Unsent):
            values = await unsent_values(seen, self.keyring, self.settings)
            return self.pages.page(f"staff_unsent{part}.html", staff=self.staff, **values)
        return self.pages.page(f"staff_request{part}.html", staff=self.staff, **await self._values(seen))

    async def _values(self, whole: WholeRequest) -> dict[str, Any]:
        people = await reveal_people(self.keyring, {whole.listed.request.id: whole.sealed})
        person = people.get(whole.listed.request.id)
        region = region_of(self.settings.clinic.phone)
        roles = self.staff.roles
        return {
            "whole": whole,
            "may_book": whole.listed.standing is Standing.SCHEDULED and not roles.isdisjoint(WITH_PATIENTS),
            "may_trace": not roles.isdisjoint(CLINICAL),
            "words": WORDS,
            "person": person,
            "names_away": people.names_away,
            "phone": readable_phone(person.contact.mobile, region) if person and person.contact.mobile else "",
            "reading": reading_values(person.reading) if person and person.reading else None,
        }


OneDesk = Annotated[_Desk, Depends()]


@router.get("")
async def page(request_id: UUID, desk: OneDesk) -> Response:
    return await desk.show(request_id)


@router.get("/state")
async def state(request_id: UUID, desk: OneDesk) -> Response:
    """What stands inside the page's live region."""
    return await desk.show(request_id, "_state")


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
