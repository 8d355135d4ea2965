"""A signed-in person goes on: `/staff/session/renew`, as `shared/web/staff_session.py` describes it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.notifications.pages.desk import TheDesk
from services.notifications.use_cases.sign_in import SignedIn, go_on
from shared.web.dependencies import TheDatabase, ThePages
from shared.web.local_path import local_path
from shared.web.sign_in_again import DONE_PATH

router = APIRouter(include_in_schema=False)
NO_STORE = {"Cache-Control": "no-store"}


@router.get("/staff/session/renew")
async def renew(
    request: Request,
    database: TheDatabase,
    desk: TheDesk,
    next_: Annotated[str, Query(alias="next")] = "",
    passive: str = "",
) -> Response:
    """A living session gets a new token. Fragments and streams are nobody's activity, and never get a page."""
    accept = request.headers.get("accept", "")
    program = "application/json" in accept
    fragment = "hx-request" in request.headers or "text/event-stream" in accept
    signed_in = await _living(database, desk, request, active=not (passive or fragment))
    response: Response
    if signed_in is None:
        if program or fragment:
            return Response(status_code=401, headers=NO_STORE)
        query = urlencode({"next": local_path(next_)})
        return RedirectResponse(f"/staff/sign-in?{query}", status_code=303, headers=NO_STORE)
    if program:
        response = Response(status_code=204, headers=NO_STORE)
    else:
        response = RedirectResponse(local_path(next_), status_code=303, headers=NO_STORE)
    desk.set_cookie(response, signed_in)
    return response


@router.get(DONE_PATH)
async def done(pages: ThePages) -> Response:
    return pages.page("signed_in_again.html")


async def _living(database: TheDatabase, desk: TheDesk, request: Request, *, active: bool) -> SignedIn | None:
    session_id = desk.session_id(request)
    if session_id is None:
        return None
    async with database.transaction() as tx:
        return await go_on(tx, session_id, idle=desk.idle, active=active)
