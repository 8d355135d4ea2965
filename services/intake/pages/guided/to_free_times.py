"""The way to free times: to scheduling if it answers, else to the wishes, said plainly.

A page fills its place for times by it, and a browser without scripts goes it to scheduling's own page.
"""

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.intake.desk import Desk, TheDesk
from services.intake.outside.scheduling import scheduling_answers
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.free_times import WHEN, free_times
from services.intake.pages.guided.in_language import TheDrawn
from services.intake.pages.guided.opened import NOT_KEPT, Opened, TheRequest, lead_to
from services.intake.pages.guided.typed import last_typed, typed_in
from shared.web.story import is_fragment

router = APIRouter(prefix="/request/g/{token}/{language}", include_in_schema=False)


@router.post("/free-times")
async def lead_to_free_times(request: Request, opened: TheRequest, drawn: TheDrawn, desk: TheDesk) -> Response:
    if opened.draft.sent or not opened.walk.may_open(WHEN):
        return lead_page_to(request, opened.address(drawn.language, opened.walk.first_open))
    return await to_free_times(request, opened, drawn, desk)


def lead_page_to(request: Request, address: str) -> Response:
    """The whole page, also when one of its places asks: that would put into itself what a redirect leads to."""
    if is_fragment(request):
        return Response(status_code=204, headers={**NOT_KEPT, "HX-Redirect": address})
    return lead_to(address)


async def to_free_times(request: Request, opened: Opened, drawn: Drawn, desk: Desk) -> Response:
    """307: the browser sends the same form there, with its ticket in the body. What was typed is kept on the page.

    A place in a page takes only what was found, so what is wrong stands in its words.
    """
    if await scheduling_answers(desk.settings.scheduling_url):
        return RedirectResponse("/a/times", 307, NOT_KEPT)
    form = await request.form()
    besides = free_times(request, opened, last_typed(form), times_away=True)
    if is_fragment(request):
        return drawn.place_for_times(opened, **{**besides, "fragment": True})
    return drawn.question(opened, WHEN, status=503, shown=typed_in(form), **besides)
