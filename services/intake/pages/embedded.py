"""`/embed/request`: the short form for a frame on another site. No script, no cookie, and it never leaves the frame."""

from fastapi import APIRouter, Request, Response

from services.intake.desk import TheDesk
from services.intake.domain.own_page import own_page
from services.intake.pages.guided.in_language import TheDrawn, drawn_in
from services.intake.pages.short_form import ShortForm
from services.intake.pages.site import TheSite
from services.intake.use_cases.see_my_request import see_my_request
from shared.web.dependencies import TheDatabase

router = APIRouter(prefix="/embed", include_in_schema=False)

FRAMED = ShortForm(
    "embedded/form.html",
    "/embed/request",
    "embed",
    lambda submitted, language: f"/embed/r/{submitted.token}/{language}",
)


@router.get("/request")
async def form(request: Request, site: TheSite, desk: TheDesk) -> Response:
    page = FRAMED.empty(drawn_in(request, site.language_for(request)), desk)
    page.headers["Vary"] = "Accept-Language"
    return page


@router.get("/request/{language}")
async def form_in_a_language(drawn: TheDrawn, desk: TheDesk) -> Response:
    return FRAMED.empty(drawn, desk)


@router.post("/request/{language}")
async def send(request: Request, drawn: TheDrawn, desk: TheDesk) -> Response:
    return await FRAMED.take(request, drawn, desk)


@router.get("/r/{token}/{language}")
async def sent(token: str, drawn: TheDrawn, database: TheDatabase) -> Response:
    """What became of it. The patient's own page, which can withdraw, opens in a window of its own: it is in no frame."""
    async with database.transaction(read_only=True) as tx:
        mine = await see_my_request(tx, token)
    return drawn.pages.page(
        "embedded/sent.html",
        **FRAMED.around(drawn),
        own_page=own_page(token, drawn.language),
        reference=mine.request.reference,
        urgent=mine.urgent,
    )
