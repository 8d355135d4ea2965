"""`/staff/requests/calls`: requests that staff began with a caller and nobody has sent, and where a new one begins."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from services.intake.desk import TheDesk
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.walk import Walk
from services.intake.pages.caller.opened import CALLS, FillsIn, TheCaller, door_of
from services.intake.pages.guided.opened import lead_to
from services.intake.pages.site import TheSite
from services.intake.pages.staff import OurStaff
from services.intake.problems import RequestNotFound
from services.intake.settings import IntakeSettings
from services.intake.store.shipped_rules import shipped_rules
from services.intake.use_cases.fill_in_for_caller import begin_for_caller, calls
from services.intake.use_cases.reveal_people import reveal_unsent
from shared.web.dependencies import ThePages
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix=CALLS, include_in_schema=False, responses=may_refuse(RequestNotFound))


@router.get("")
async def unsent(staff: OurStaff, by: FillsIn, pages: ThePages, desk: TheDesk, site: TheSite) -> Response:
    """What a caller has taken over stands here without a name: it is theirs."""
    del by  # asked for what it checks
    async with desk.database.transaction(read_only=True) as tx:
        begun = await calls(tx, desk.settings.clinic.id)
    return pages.page(
        "caller/calls.html",
        staff=staff,
        calls=begun,
        said=await reveal_unsent(desk.keyring, [call.draft for call in begun if call.draft.with_staff]),
        languages=site.in_languages(),
        days=IntakeSettings().abandoned_request_days,
    )


@router.post("")
async def begin(
    by: FillsIn, desk: TheDesk, site: TheSite, language: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Pressed twice it begins two: the one that nobody goes on with is forgotten."""
    spoken = language if language in site.languages else site.languages[0]
    cipher = await desk.keyring.newcomer()
    async with desk.database.transaction() as tx:
        draft = await begin_for_caller(tx, cipher, door_of(desk, by), spoken, by)
    first = Walk(Answers(), shipped_rules()).first_open
    return lead_to(f"{CALLS}/{draft.request_id}/{spoken}/{first}")


@router.get("/{request_id}")
async def go_on(caller: TheCaller) -> Response:
    """The first question without an answer, in the language that was spoken."""
    return caller.elsewhere or caller.go_on()
