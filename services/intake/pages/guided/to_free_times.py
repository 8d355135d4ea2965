"""The way to free times for browsers without scripts: to scheduling's page if it answers, else to the wishes, said plainly."""

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.intake.desk import TheDesk
from services.intake.outside.scheduling import scheduling_answers
from services.intake.pages.guided.free_times import WHEN, free_times
from services.intake.pages.guided.in_language import TheDrawn
from services.intake.pages.guided.opened import NOT_KEPT, TheRequest, lead_to
from services.intake.pages.guided.typed import typed_in

router = APIRouter(prefix="/request/g/{token}/{language}", include_in_schema=False)


@router.post("/free-times")
async def lead_to_free_times(request: Request, opened: TheRequest, drawn: TheDrawn, desk: TheDesk) -> Response:
    """307: the browser sends the same form there, with its ticket in the body. What was typed is kept on the page."""
    if opened.draft.sent or not opened.walk.may_open(WHEN):
        return lead_to(opened.address(drawn.language, opened.walk.first_open))
    if await scheduling_answers(desk.settings.scheduling_url):
        return RedirectResponse("/a/times", 307, NOT_KEPT)
    form = await request.form()
    sent = {name: value for name, value in form.items() if isinstance(value, str)}
    besides = free_times(request, opened, sent, times_away=True)
    return drawn.question(opened, WHEN, status=503, shown=typed_in(form), **besides)
