"""`/request/short`: the request as one form, for whoever would rather see all of it at once. `/request/short/es` is Spanish."""

from fastapi import APIRouter, Request, Response

from services.intake.desk import TheDesk
from services.intake.domain.own_page import own_page
from services.intake.pages.guided.in_language import TheDrawn, drawn_in
from services.intake.pages.short_form import ShortForm
from services.intake.pages.site import TheSite

router = APIRouter(include_in_schema=False)

OURS = ShortForm(
    "short.html", "/request/short", "form", lambda submitted, language: own_page(submitted.token, language)
)


@router.get("/request/short")
async def form(request: Request, site: TheSite, desk: TheDesk) -> Response:
    page = OURS.empty(drawn_in(request, site.language_for(request)), desk)
    page.headers["Vary"] = "Accept-Language"
    return page


@router.post("/request/short")
async def send(request: Request, site: TheSite, desk: TheDesk) -> Response:
    return await OURS.take(request, drawn_in(request, site.language_for(request)), desk)


@router.get("/request/short/{language}")
async def form_in_a_language(drawn: TheDrawn, desk: TheDesk) -> Response:
    return OURS.empty(drawn, desk)


@router.post("/request/short/{language}")
async def send_in_a_language(request: Request, drawn: TheDrawn, desk: TheDesk) -> Response:
    return await OURS.take(request, drawn, desk)
