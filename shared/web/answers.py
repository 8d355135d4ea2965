"""How a problem is told: a page for a browser, `application/problem+json` for a program."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from shared.messaging.cause import cause_or_new
from shared.settings import ClinicIdentity, Settings
from shared.web.frame import Frame
from shared.web.page_headers import PAGE_HEADERS
from shared.web.problem_words import ENGLISH, language_of, words_in
from shared.web.problems import CATALOGUE, MEDIA_TYPE, Description, FieldError
from shared.web.send_again import SentForm
from shared.web.templating import Pages

FrameIn = Callable[[str], Frame | None]
"""`app.state.frame_in`, of a service that has pages in further languages: the frame in this one, if it has it."""
PROGRAM_PATHS = ("/api/", "/fhir/", "/internal/", "/hooks/")


def wants_page(request: Request) -> bool:
    """A browser says it reads HTML; nothing under the program paths ever answers with a page."""
    if request.url.path.startswith(PROGRAM_PATHS):
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def tell(
    request: Request,
    what: Description,
    *,
    detail: str = "",
    errors: tuple[FieldError, ...] = (),
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
    again: SentForm | None = None,
) -> Response:
    """One problem, as the caller can read it. The reference is the story's correlation id, so that it can be traced.

    `again` is the form that a page offers to send once more.
    """
    reference, words = cause_or_new().correlation_id, words_in(language_of(request))
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language", **(headers or {})}
    if wants_page(request):
        return _page(request, what, detail, errors, reference, headers, again)
    what = words.of(what)
    body: dict[str, Any] = {"type": _type(request, what), "title": what.title, "status": what.status}
    if detail:
        body["detail"] = detail
    if what.what_to_do:
        body["what_to_do"] = what.what_to_do
    if errors:
        body["errors"] = [error.as_json() for error in errors]
    body |= {**(members or {}), "reference": reference}
    return JSONResponse(body, status_code=what.status, media_type=MEDIA_TYPE, headers=headers)


def _type(request: Request, what: Description) -> str:
    settings: Settings | None = getattr(request.app.state, "settings", None)
    return (settings.public_url if settings else "") + CATALOGUE + what.slug


def _page(
    request: Request,
    what: Description,
    detail: str,
    errors: tuple[FieldError, ...],
    reference: str,
    headers: Mapping[str, str],
    again: SentForm | None,
) -> Response:
    pages: Pages | None = getattr(request.app.state, "pages", None)
    if pages is None:
        return bare_page(request, what, headers)
    frame = frame_for(request)
    words = words_in(frame.language if frame else ENGLISH)
    what = words.of(what)
    around: dict[str, Any] = {"frame": frame} if frame else {}
    return pages.page(
        "problem.html",
        status=what.status,
        headers=headers,
        title=what.title,
        detail=" ".join(part for part in (detail, *(error.detail for error in errors)) if part),
        what_to_do=what.what_to_do,
        reference=reference,
        again=again,
        audience="staff" if request.url.path.startswith("/staff") else "patient",
        problem_page=words.page,
        **around,
    )


def frame_for(request: Request) -> Frame | None:
    """The words around a page in the caller's language; None for English, and where a service has no other."""
    language = language_of(request)
    frames: FrameIn | None = getattr(request.app.state, "frame_in", None)
    return frames(language) if frames and language != ENGLISH else None


def bare_page(request: Request, what: Description, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The page of last resort, for when the real one is not installed, or is itself what went wrong.

    Even so it names the crisis line and somebody to call.
    """
    title, what_to_do = escape(what.title), escape(what.what_to_do)
    settings: Settings | None = getattr(request.app.state, "settings", None)
    clinic = settings.clinic if settings else ClinicIdentity()
    return HTMLResponse(
        f'<!doctype html><html lang="en-US"><meta charset="utf-8"><title>{title}</title>'
        f"<p>In crisis? Call or text {_call(clinic.crisis_line)}. Emergency: {_call(clinic.emergency_line)}.</p>"
        f"<h1>{title}</h1><p>{what_to_do}</p><p>Call us: {_call(clinic.phone, clinic.phone_display)}.</p></html>",
        what.status,
        {**PAGE_HEADERS, **(headers or {})},
    )


def _call(number: str, as_written: str = "") -> str:
    return f'<a href="tel:{escape(number)}">{escape(as_written or number)}</a>'
