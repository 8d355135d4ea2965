"""`/staff/requests`: every request, those at risk first, and whom to ask how they are."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from services.intake.domain.reasons import WORDS
from services.intake.pages.staff import OurStaff
from services.intake.problems import FollowUpNotFound
from services.intake.store.request_list import View
from services.intake.use_cases.finish_follow_up import finish_follow_up
from services.intake.use_cases.look_at_requests import RequestList, look_through_requests
from services.intake.use_cases.reveal_people import reveal_people, reveal_unsent
from shared.database import Database
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/requests", include_in_schema=False)

TheView = Annotated[View, Query(alias="view")]
ThePage = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@router.get("")
async def requests(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    view: TheView = View.OPEN,
    page: ThePage = 1,
) -> Response:
    values = await _listed(database, keyring, settings, view, page)
    return pages.page("staff_requests.html", staff=staff, **values)


@router.get("/list")
async def fragment(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    view: TheView = View.OPEN,
    page: ThePage = 1,
) -> Response:
    """What stands inside the page's live region."""
    del staff  # asked for what it checks
    return pages.page("staff_requests_list.html", **await _listed(database, keyring, settings, view, page))


@router.get("/live")
async def live(request: Request, staff: OurStaff, hub: TheLive) -> Response:
    return live_response(request, hub, ["requests"], staff)


@router.post("/follow-ups/{session_id}/done", responses=may_refuse(FollowUpNotFound))
async def follow_up_done(session_id: UUID, staff: OurStaff, database: TheDatabase, settings: TheSettings) -> Response:
    async with database.transaction() as tx:
        await finish_follow_up(tx, settings.clinic.id, session_id, staff.staff_id)
    return RedirectResponse("/staff/requests", status_code=303)


async def _listed(database: Database, keyring: Keyring, settings: Settings, view: View, page: int) -> dict[str, Any]:
    async with database.transaction(read_only=True) as tx:
        found: RequestList = await look_through_requests(tx, settings.clinic.id, view, page)
    # Names are opened after the transaction has ended: the keyring is another database, which may be slow or away.
    drafts = [unsent.draft for unsent in found.unsent if unsent.draft]
    return {
        "found": found,
        "people": await reveal_people(keyring, found.sealed),
        "said": await reveal_unsent(keyring, drafts),
        "words": WORDS,
    }
