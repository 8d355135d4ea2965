"""The request of a caller, and its pages in staff's frame: `caller: TheCaller`."""

from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from services.intake.desk import Desk, TheDesk
from services.intake.domain.guided.unsent import DraftUnknown, RequestDraft
from services.intake.domain.guided.walk import Walk
from services.intake.domain.staff_actions import Action, Actor
from services.intake.pages.caller.words import said_in_danger, told_beside
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.opened import Opened, lead_to
from services.intake.pages.site import Site
from services.intake.pages.staff import OurStaff, acting
from services.intake.problems import RequestNotFound
from services.intake.store.version_kinds import SCREENING
from services.intake.use_cases.fill_in_for_caller import Call, open_for_caller
from services.intake.use_cases.open_request_draft import answers_of
from services.intake.use_cases.submit_request import Door
from shared.events.values import DecidedBy
from shared.versions.in_force import rules_in_force
from shared.web.problems import NotFound
from shared.web.staff_session import StaffSession

CALLS = "/staff/requests/calls"


async def _who_fills_in(staff: OurStaff) -> Actor:
    """Raises NotAllowed."""
    return acting(staff, Action.FILL_IN)


FillsIn = Annotated[Actor, Depends(_who_fills_in)]


@dataclass(frozen=True, slots=True)
class Caller:
    """`by` is who is with them now."""

    call: Call
    opened: Opened
    drawn: Drawn
    staff: StaffSession
    by: Actor
    desk: Desk

    @property
    def request_id(self) -> UUID:
        return self.call.draft.request_id

    @property
    def clinic_id(self) -> UUID:
        return self.call.draft.clinic_id

    @property
    def door(self) -> Door:
        return door_of(self.desk, self.by)

    @property
    def elsewhere(self) -> Response | None:
        """Where one is that was sent, or that the caller has taken over: here it can no longer be filled in."""
        if self.call.draft.sent:
            return self.sent()
        return None if self.call.draft.with_staff else self.taken_over()

    def now(self, draft: RequestDraft) -> "Caller":
        """The same, as its row is by now."""
        return replace(self, call=replace(self.call, draft=draft), opened=replace(self.opened, draft=draft))

    def sent(self) -> Response:
        return lead_to(f"/staff/requests/{self.request_id}")

    def taken_over(self) -> Response:
        return self.drawn.pages.page("caller/taken_over.html", status=409, staff=self.staff, call=self.call)

    def lead_to(self, slug: str) -> Response:
        return lead_to(self.opened.address(self.drawn.language, slug))

    def go_on(self) -> Response:
        return self.lead_to(self.opened.walk.first_open)


def door_of(desk: Desk, by: Actor) -> Door:
    return Door(desk.settings.clinic, desk.settings.public_url, DecidedBy.STAFF, by.id)


async def _caller(
    request: Request, request_id: UUID, staff: OurStaff, by: FillsIn, desk: TheDesk, language: str = "", slug: str = ""
) -> Caller:
    """Raises RequestNotFound; NotFound for a language that there is none of. The key is fetched between transactions."""
    site: Site = request.app.state.site
    async with desk.database.transaction(read_only=True) as tx:
        try:
            call = await open_for_caller(tx, desk.settings.clinic.id, request_id)
        except DraftUnknown:
            raise RequestNotFound from None
        rules = (await rules_in_force(tx, SCREENING, call.draft.clinic_id)).content
    if language and language not in site.languages:
        raise NotFound
    cipher = await desk.keyring.cipher(call.draft.patient_id)
    opened = Opened("", call.draft, cipher, Walk(answers_of(call.draft, cipher), rules), f"{CALLS}/{request_id}")
    spoken = language or (call.draft.language if call.draft.language in site.languages else site.languages[0])
    in_danger = said_in_danger(spoken, desk.settings.clinic.crisis_line)
    around_it = {"staff": staff, "call": call, "told": told_beside(slug), "in_danger": in_danger}
    drawn = Drawn(request.app.state.pages, site, desk.settings.clinic, spoken, "caller/base.html", around_it)
    return Caller(call, opened, drawn, staff, by, desk)


TheCaller = Annotated[Caller, Depends(_caller)]
