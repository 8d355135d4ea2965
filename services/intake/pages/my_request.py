"""`/r/<token>`: the patient's own page. It shows where the request stands, live, and can withdraw it.

The address says the language, as on the rest of the site: `/r/<token>/es` is Spanish. Without one it is English, as all
links were once.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup
from starlette.responses import RedirectResponse

from services.intake.domain.consultation import Appointment
from services.intake.domain.consultation_request import ConsultationBegan
from services.intake.domain.own_page import own_page
from services.intake.domain.words import ENGLISH
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.in_language import drawn_in
from services.intake.pages.site import Site
from services.intake.pages.what_happens_next import story_of
from services.intake.problems import LinkExpired, LinkUnknown
from services.intake.use_cases.see_my_request import MyRequest, open_link, see_my_request
from services.intake.use_cases.withdraw_request import withdraw_request
from shared.clock import Clock
from shared.database import Database
from shared.events.values import DecidedBy
from shared.settings import Settings
from shared.web.answers import tell, wants_page
from shared.web.change_ticket import sign_change_ticket
from shared.web.dependencies import TheClock, TheDatabase, TheLive, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import description_of
from shared.web.problems import problems as may_refuse
from shared.web.times import patient_day, patient_time

_pages = APIRouter()


async def _in_language_of_address(request: Request) -> Drawn:
    """English also where a clinic has taken a language away: a link works for as long as was promised."""
    site: Site = request.app.state.site
    asked_for = request.path_params.get("language", ENGLISH)
    return drawn_in(request, asked_for if asked_for in site.languages else ENGLISH)


TheDrawn = Annotated[Drawn, Depends(_in_language_of_address)]


@_pages.get("")
async def page(token: str, database: TheDatabase, drawn: TheDrawn, clock: TheClock, settings: TheSettings) -> Response:
    mine = await _see(database, token)
    return _page("my_request.html", token, mine, drawn, clock.now(), change_ticket(mine, settings, clock))


@_pages.get("/state")
async def state(token: str, database: TheDatabase, drawn: TheDrawn, clock: TheClock, settings: TheSettings) -> Response:
    """What stands inside the page's live region."""
    mine = await _see(database, token)
    return _page("my_request_state.html", token, mine, drawn, clock.now(), change_ticket(mine, settings, clock))


@_pages.get("/live")
async def live(token: str, request: Request, database: TheDatabase, hub: TheLive) -> Response:
    async with database.transaction(read_only=True) as tx:
        opened = await open_link(tx, token)
    return live_response(request, hub, [f"request:{opened.request_id}"])


@_pages.get("/withdraw")
async def ask(token: str, database: TheDatabase, drawn: TheDrawn, clock: TheClock) -> Response:
    """Asks once more, because a time that was given free is soon somebody else's."""
    mine = await _see(database, token)
    if not mine.can_be_withdrawn(clock.now()):
        return _back(token, drawn)
    return _page("withdraw.html", token, mine, drawn, clock.now())


@_pages.post("/withdraw")
async def withdraw(token: str, database: TheDatabase, drawn: TheDrawn) -> Response:
    """Sent twice it is done once. What can no longer be withdrawn is shown as it is, with the telephone beside it."""
    async with database.transaction() as tx:
        opened = await open_link(tx, token)
        try:
            await withdraw_request(tx, opened.clinic_id, opened.request_id, DecidedBy.PATIENT)
        except ConsultationBegan:
            return _back(token, drawn)
    return _back(token, drawn)


router = APIRouter(include_in_schema=False, responses=may_refuse(LinkUnknown, LinkExpired))
router.include_router(_pages, prefix="/r/{token}")
router.include_router(_pages, prefix="/r/{token}/{language}")


async def ended(request: Request, error: Exception) -> Response:
    """For every link of a request that leads nowhere. One that lost its end, and so its language, is answered in the
    browser's."""
    what = description_of(type(error))
    if not wants_page(request):
        return tell(request, what)
    site: Site = request.app.state.site
    asked_for = request.path_params.get("language", "")
    drawn = drawn_in(request, asked_for if asked_for in site.languages else site.language_for(request))
    texts, token = drawn.spoken.texts.my_request, request.path_params["token"]
    is_own_page = request.url.path.startswith(own_page(token, ENGLISH))
    return drawn.pages.page(
        "link_ended.html",
        status=what.status,
        headers={"Content-Language": drawn.language},
        **drawn.around(_languages(token, drawn) if is_own_page else []),
        my=texts,
        said=texts.expired if isinstance(error, LinkExpired) else texts.unknown,
    )


async def _see(database: Database, token: str) -> MyRequest:
    async with database.transaction(read_only=True) as tx:
        return await see_my_request(tx, token)


def change_ticket(mine: MyRequest, settings: Settings, clock: Clock) -> str:
    """With which scheduling lets them choose another time; "" when there is none to change."""
    begins_at = mine.consultation.begins_at if mine.consultation and mine.standing == "scheduled" else None
    return sign_change_ticket(settings, clock, mine.request.id) if begins_at and clock.now() < begins_at else ""


def _page(template: str, token: str, mine: MyRequest, drawn: Drawn, now: datetime, ticket: str = "") -> Response:
    at = mine.consultation.appointment if mine.consultation and mine.standing == "scheduled" else None
    values: dict[str, Any] = {
        "my": drawn.spoken.texts.my_request,
        "here": own_page(token, drawn.language),
        "mine": mine,
        "story": story_of(mine, drawn.spoken, now),
        "appointment": at,
        "cancels": _cancels(at, drawn) if at else "",
        "can_withdraw": mine.can_be_withdrawn(now),
        "ticket": ticket,
    }
    headers = {"Content-Language": drawn.language}
    return drawn.pages.page(template, headers=headers, **drawn.around(_languages(token, drawn)), **values)


def _languages(token: str, drawn: Drawn) -> list[tuple[str, str, str]]:
    """Each language, what it calls itself, and the page in it."""
    return [(language, name, own_page(token, language)) for language, name in drawn.site.in_languages()]


def _cancels(at: Appointment, drawn: Drawn) -> Markup:
    """What withdrawing takes away, with the time in bold."""
    language = drawn.language
    when = f"{patient_day(at.starts_at, at.zone, language=language)}, {patient_time(at.starts_at, at.zone, language)}"
    said = Markup.escape(drawn.spoken.texts.my_request.withdrawing.appointment)
    return said.format(when=Markup("<strong>{}</strong>").format(when))


def _back(token: str, drawn: Drawn) -> Response:
    address = own_page(token, drawn.language)
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
