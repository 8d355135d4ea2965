"""`/request/g/<token>/<language>/later`: how to come back to what was answered so far."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from services.intake.callers import recognises
from services.intake.desk import TheDesk
from services.intake.domain.own_page import own_page
from services.intake.domain.refusal import NotPossible
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.in_language import TheDrawn
from services.intake.pages.guided.opened import Opened, TheRequest, lead_to
from services.intake.settings import IntakeSettings
from services.intake.use_cases.pause_request import pause_request
from services.intake.use_cases.submit_request import Door

router = APIRouter(prefix="/request/g/{token}/{language}", include_in_schema=False)

LATER = "later"
SENT = "sent"


@router.get(f"/{LATER}")
async def show(request: Request, opened: TheRequest, drawn: TheDrawn, desk: TheDesk) -> Response:
    if mine := opened.sent_as:
        return lead_to(own_page(mine, drawn.language))
    return _page(opened, drawn, desk.settings.public_url, sent=SENT in request.query_params)


@router.post(f"/{LATER}")
async def send_the_link(request: Request, opened: TheRequest, drawn: TheDrawn, desk: TheDesk) -> Response:
    """By e-mail, to the address on the page about contact."""
    door = Door(desk.settings.clinic, desk.settings.public_url)
    kept_for = timedelta(days=_days_kept())
    try:
        async with desk.database.transaction() as tx:
            is_on_its_way = await pause_request(tx, opened.token, opened.cipher, door, recognises(request), kept_for)
    except NotPossible as refused:
        errors = drawn.spoken.sentences({"address": refused.said})
        return _page(opened, drawn, desk.settings.public_url, status=422, errors=errors)
    if not is_on_its_way:
        return lead_to(f"/request/g/{opened.token}")
    return lead_to(f"{opened.address(drawn.language, LATER)}?{SENT}=yes")


def _days_kept() -> int:
    return IntakeSettings().abandoned_request_days


def _page(
    opened: Opened,
    drawn: Drawn,
    site: str,
    *,
    status: int = 200,
    sent: bool = False,
    errors: dict[str, str] | None = None,
) -> Response:
    link, days = f"/request/g/{opened.token}", _days_kept()
    said = drawn.spoken.texts.guided.later_page
    return drawn.page(
        "later.html",
        status=status,
        **drawn.around(drawn.of_the_page(opened, LATER)),
        here=opened.address(drawn.language, LATER),
        address=site + link,
        go_on=link,
        erased=said.erased.format(days=days) if days > 1 else drawn.spoken.say(said.erased_next_day),
        has_email=bool(opened.walk.answers.one("contact", "email")),
        sent=sent,
        errors=errors or {},
    )
