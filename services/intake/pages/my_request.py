"""`/r/<token>`: the patient's own page. It shows where the request stands, live, and can withdraw it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.intake.domain.consultation_request import ConsultationBegan
from services.intake.domain.risk import crisis_words
from services.intake.pages.what_happens_next import story_of
from services.intake.problems import LinkExpired, LinkUnknown
from services.intake.use_cases.see_my_request import MyRequest, open_link, see_my_request
from services.intake.use_cases.withdraw_request import withdraw_request
from shared.database import Database
from shared.events.values import DecidedBy
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/r/{token}", include_in_schema=False, responses=may_refuse(LinkUnknown, LinkExpired))


@router.get("")
async def page(token: str, database: TheDatabase, pages: ThePages, settings: TheSettings, clock: TheClock) -> Response:
    mine = await _see(database, token)
    return pages.page("my_request.html", token=token, **_shown(mine, settings, clock.now()))


@router.get("/state")
async def state(token: str, database: TheDatabase, pages: ThePages, settings: TheSettings, clock: TheClock) -> Response:
    """What stands inside the page's live region."""
    mine = await _see(database, token)
    return pages.page("my_request_state.html", token=token, **_shown(mine, settings, clock.now()))


@router.get("/live")
async def live(token: str, request: Request, database: TheDatabase, hub: TheLive) -> Response:
    async with database.transaction(read_only=True) as tx:
        opened = await open_link(tx, token)
    return live_response(request, hub, [f"request:{opened.request_id}"])


@router.get("/withdraw")
async def ask(token: str, database: TheDatabase, pages: ThePages, settings: TheSettings, clock: TheClock) -> Response:
    """Asks once more, because a time that was given free is soon somebody else's."""
    mine = await _see(database, token)
    if not mine.can_be_withdrawn(clock.now()):
        return _back(token)
    return pages.page("withdraw.html", token=token, **_shown(mine, settings, clock.now()))


@router.post("/withdraw")
async def withdraw(token: str, database: TheDatabase) -> Response:
    """Sent twice it is done once. What can no longer be withdrawn is shown as it is, with the telephone beside it."""
    async with database.transaction() as tx:
        opened = await open_link(tx, token)
        try:
            await withdraw_request(tx, opened.clinic_id, opened.request_id, DecidedBy.PATIENT)
        except ConsultationBegan:
            return _back(token)
    return _back(token)


async def _see(database: Database, token: str) -> MyRequest:
    async with database.transaction(read_only=True) as tx:
        return await see_my_request(tx, token)


def _shown(mine: MyRequest, settings: Settings, now: Any) -> dict[str, Any]:
    clinic = settings.clinic
    return {
        "mine": mine,
        "story": story_of(mine, clinic, now),
        "appointment": mine.consultation.appointment if mine.consultation and mine.standing == "scheduled" else None,
        "can_withdraw": mine.can_be_withdrawn(now),
        "crisis": crisis_words(clinic.crisis_line, clinic.emergency_line) if mine.urgent else "",
    }


def _back(token: str) -> Response:
    return RedirectResponse(f"/r/{token}", status_code=303, headers={"Cache-Control": "no-store"})
