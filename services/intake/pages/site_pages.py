"""`/` and `/info/…`: the public site, in the language that was asked for.

The language is a part of the address, so the choice needs neither cookie nor script: `/info/es/visit` is Spanish for
everybody; `/` and `/info/visit` answer in the first language of the browser that we have.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.intake.domain.site import HOME, PAGES
from services.intake.pages.site import Site, TheSite
from services.intake.pages.site_words import address
from shared.web.page_headers import PAGE_HEADERS
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)

FOR_EVERYBODY = {**PAGE_HEADERS, "Cache-Control": "public, max-age=300"}
"""These pages say nothing about anybody. Five minutes: a corrected telephone number must not take a day to arrive."""
BY_LANGUAGE = {**FOR_EVERYBODY, "Vary": "Accept-Language"}
READING = ["GET", "HEAD"]


@router.api_route("/", methods=READING)
async def first_page(request: Request, site: TheSite) -> Response:
    return _page(request, site, site.language_for(request), HOME, BY_LANGUAGE)


@router.api_route("/info", methods=READING)
async def no_page() -> Response:
    return RedirectResponse("/", 302)


@router.api_route("/info/{name}", methods=READING)
async def first_page_in_a_language_or_any_page(request: Request, site: TheSite, name: str) -> Response:
    if name in site.languages:
        return _page(request, site, name, HOME)
    if name in PAGES:
        return RedirectResponse(address(site.language_for(request), name), 302, BY_LANGUAGE)
    raise NotFound


@router.api_route("/info/{language}/{name}", methods=READING)
async def info_page(request: Request, site: TheSite, language: str, name: str) -> Response:
    if language not in site.languages or name not in PAGES:
        raise NotFound
    return _page(request, site, language, name)


def _page(
    request: Request, site: Site, language: str, name: str, headers: Mapping[str, str] = FOR_EVERYBODY
) -> Response:
    """The page, or that the browser has it already."""
    printed = site.page(language, name)
    headers = {**headers, "ETag": printed.tag, "Content-Language": language}
    if printed.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(printed.body, headers=headers, media_type="text/html; charset=utf-8")
