"""`/request/g/<token>/<language>/check`: all answers once more, and the button that sends them."""

from fastapi import APIRouter, Request, Response

from services.intake.callers import share_of
from services.intake.desk import Desk, TheDesk
from services.intake.domain.draft import Submission
from services.intake.domain.fair_share import Share
from services.intake.domain.guided.accept import PageRefused, accept
from services.intake.domain.guided.walk import CHECK
from services.intake.domain.own_page import own_page
from services.intake.domain.refusal import DraftRefused
from services.intake.pages.guided.asked import in_fields
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.free_times import WHEN, free_times
from services.intake.pages.guided.in_language import TheDrawn
from services.intake.pages.guided.in_words import answered, together
from services.intake.pages.guided.opened import Opened, TheRequest, lead_to
from services.intake.pages.request_fields import fell_into_trap
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.send_request import send_draft
from services.intake.use_cases.submit_request import Door

router = APIRouter(prefix="/request/g/{token}/{language}", include_in_schema=False)

WHAT_MAY_HAVE_CHANGED = ("name", "contact", "reasons", "when")
"""Pages whose answers were right once and may be no longer, such as a first day that has gone by."""


@router.get(f"/{CHECK}")
async def show(opened: TheRequest, drawn: TheDrawn) -> Response:
    if mine := opened.sent_as:
        return lead_to(own_page(mine, drawn.language))
    if opened.walk.first_open != CHECK:
        return _go_on(opened, drawn)
    sections = together(answered(opened.walk, drawn.spoken), opened.walk, drawn.spoken)
    return drawn.page("check.html", **drawn.in_request(opened, CHECK), sections=sections)


@router.post(f"/{CHECK}")
async def send(request: Request, opened: TheRequest, drawn: TheDrawn, desk: TheDesk) -> Response:
    """Pressing send twice, or in two windows, sends one request."""
    if not opened.draft.sent and opened.walk.first_open != CHECK:
        return _go_on(opened, drawn)
    like_a_program, share = fell_into_trap(await request.form()), share_of(request)

    def counted(submission: Submission) -> Share:
        return share(submission, like_a_program)

    door = Door(desk.settings.clinic, desk.settings.public_url)
    try:
        async with desk.database.transaction() as tx:
            submitted = await send_draft(tx, opened.token, opened.cipher, door, counted)
    except DraftRefused:
        return _once_more(request, opened, drawn, desk)
    return lead_to(own_page(submitted.token, drawn.language))


def _once_more(request: Request, opened: Opened, drawn: Drawn, desk: Desk) -> Response:
    """The page whose answer cannot be sent any more, with the reason. Raises DraftRefused when it is none of them."""
    rules = clinic_rules(desk.settings.clinic, desk.clock.now())
    for slug in WHAT_MAY_HAVE_CHANGED:
        kept = in_fields(opened.walk.answers.values(slug), drawn.language)
        try:
            accept(slug, kept, opened.walk, rules)
        except PageRefused as refused:
            besides = free_times(request, opened, {}) if slug == WHEN else {}
            return drawn.question(opened, slug, status=422, errors=refused.errors, **besides)
    raise DraftRefused({})


def _go_on(opened: Opened, drawn: Drawn) -> Response:
    return lead_to(opened.address(drawn.language, opened.walk.first_open))
