"""`/staff/requests/calls/<id>/<language>/later`: pause it here, or hand it over to the caller by a link."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.callers import recognises
from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import ENGLISH
from services.intake.pages.caller.opened import CALLS, Caller, TheCaller
from services.intake.pages.guided.later import LATER, SENT
from services.intake.pages.guided.opened import lead_to
from services.intake.problems import RequestNotFound
from services.intake.settings import IntakeSettings
from services.intake.use_cases.fill_in_for_caller import TakenOver, hand_over
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix=f"{CALLS}/{{request_id}}/{{language}}/{LATER}",
    include_in_schema=False,
    responses=may_refuse(RequestNotFound),
)


@router.get("")
async def show(request: Request, caller: TheCaller) -> Response:
    return caller.elsewhere or _shown(caller, sent=SENT in request.query_params)


@router.post("")
async def give_link(request: Request, caller: TheCaller) -> Response:
    """To the address that the caller gave, and to no other."""
    if elsewhere := caller.elsewhere:
        return elsewhere
    kept_for = timedelta(days=IntakeSettings().abandoned_request_days)
    try:
        async with caller.desk.database.transaction() as tx:
            await hand_over(
                tx,
                caller.clinic_id,
                caller.request_id,
                caller.opened.cipher,
                caller.door,
                recognises(request),
                kept_for,
                caller.by,
            )
    except TakenOver:
        return caller.taken_over()
    except NotPossible as refused:
        return _shown(caller, status=422, errors={"link": refused.said.in_language(ENGLISH)})
    return lead_to(f"{caller.opened.address(caller.drawn.language, LATER)}?{SENT}=yes")


def _shown(caller: Caller, *, status: int = 200, sent: bool = False, errors: dict[str, str] | None = None) -> Response:
    opened, language = caller.opened, caller.drawn.language
    values: dict[str, Any] = {
        "here": opened.address(language, LATER),
        "go_on": opened.address(language, opened.walk.first_open),
        "email": opened.walk.answers.one("contact", "email"),
        "at_risk": opened.at_risk,
        "days": IntakeSettings().abandoned_request_days,
        "sent": sent,
        "errors": errors or {},
    }
    return caller.drawn.pages.page("caller/pausing.html", status=status, staff=caller.staff, call=caller.call, **values)
