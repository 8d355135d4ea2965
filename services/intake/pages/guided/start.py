"""`/request`: the first question, and with its answer a request that is kept from then on.

The language is a part of the address, as on the rest of the site: `/request/es` is Spanish for everybody, `/request`
answers in the first language of the browser that we have.
"""

from fastapi import APIRouter, Request, Response

from services.intake.beginnings import may_begin
from services.intake.desk import TheDesk
from services.intake.domain.guided.accept import PageRefused, accept
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.unsent import DraftUnknown
from services.intake.domain.guided.walk import Walk
from services.intake.domain.own_page import own_page
from services.intake.domain.words import Words
from services.intake.pages.guided.asked import asked
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.in_language import TheDrawn, drawn_in
from services.intake.pages.guided.opened import TheRequest, lead_to, place_of
from services.intake.pages.guided.typed import typed_in
from services.intake.pages.site import Site, TheSite
from services.intake.problems import TooManyBegun
from services.intake.store.shipped_rules import shipped_rules
from services.intake.use_cases.begin_request import begin_request
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.save_page import save_page
from services.intake.use_cases.submit_request import Door

router = APIRouter(include_in_schema=False)

FIRST = "who"
SHORT_FORM = "/request/short"
"""Nobody is turned away: from where too many were begun, requests come by the form that keeps nothing before it is sent."""


@router.get("/request")
async def first_question(request: Request, site: TheSite) -> Response:
    page = _first(drawn_in(request, site.language_for(request)))
    page.headers["Vary"] = "Accept-Language"
    return page


@router.get("/request/g/{token}")
async def go_on(request: Request, opened: TheRequest, site: TheSite) -> Response:
    """Where somebody comes back to, maybe on another device: the first question without an answer."""
    language = opened.walk.answers.one("contact", "language") or opened.draft.language
    known = language if language in site.languages else site.language_for(request)
    if mine := opened.sent_as:
        return lead_to(own_page(mine, known))
    return lead_to(opened.address(known, opened.walk.first_open))


@router.get("/request/{language}")
async def first_question_in_a_language(drawn: TheDrawn) -> Response:
    return _first(drawn)


@router.post("/request/{language}")
async def begin(request: Request, drawn: TheDrawn, desk: TheDesk) -> Response:
    """Pressed twice it begins two requests: the one that nobody goes on with is forgotten."""
    rules = shipped_rules()
    walk = Walk(Answers(), rules)
    clinic = desk.settings.clinic
    try:
        values = accept(FIRST, typed_in(await request.form()), walk, clinic_rules(clinic, desk.clock.now()))
    except PageRefused as refused:
        return _first(drawn, refused.errors)
    try:
        await may_begin(request, desk)
    except TooManyBegun:
        return lead_to(f"{SHORT_FORM}/{drawn.language}")
    cipher = await desk.keyring.newcomer()
    async with desk.database.transaction() as tx:
        token = await begin_request(tx, cipher, Door(clinic, desk.settings.public_url), drawn.language)
        await save_page(tx, token, cipher, FIRST, values, 0)
    first_open = Walk(Answers().with_page(FIRST, values), rules).first_open
    return lead_to(f"{place_of(token)}/{drawn.language}/{first_open}")


async def ended(request: Request, error: Exception) -> Response:
    """For every page of a request that there is none of, or none any more: how to begin anew."""
    assert isinstance(error, DraftUnknown)
    site: Site = request.app.state.site
    asked_for = request.path_params.get("language", "")
    drawn = drawn_in(request, asked_for if asked_for in site.languages else site.language_for(request))
    return drawn.page("ended.html", status=410, **drawn.around(drawn.of_the_start()))


def _first(drawn: Drawn, errors: dict[str, Words] | None = None) -> Response:
    return drawn.page(
        "start.html",
        status=422 if errors else 200,
        **drawn.around(drawn.of_the_start()),
        **asked(FIRST, Walk(Answers(), shipped_rules()), drawn.spoken),
        errors=drawn.spoken.sentences(errors or {}),
    )
