"""How a problem is told: a page for a browser, `application/problem+json` for a program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from shared.messaging.cause import cause_or_new
from shared.settings import ClinicIdentity, Settings
from shared.web.frame import Frame, clinic_tokens, filled
from shared.web.page_headers import PAGE_HEADERS
from shared.web.problem_words import ENGLISH, ProblemWords, frame_in, language_of, words_in
from shared.web.problems import CATALOGUE, MEDIA_TYPE, Description, FieldError
from shared.web.send_again import SentForm
from shared.web.templating import Pages

FrameIn = Callable[[str], Frame | None]
"""`app.state.frame_in`, of a service whose clinic may change the words around its pages: the frame in this language, if any."""


@dataclass(frozen=True, slots=True)
class ProblemShape:
    """How the programs of a standard want problems told. `of` takes the JSON of RFC 9457."""

    media_type: str
    of: Callable[[Mapping[str, Any]], Mapping[str, Any]]


PROGRAM_PATHS = ("/api/", "/fhir", "/internal/", "/hooks/")


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
        body["detail"] = words.details.get(detail, detail)
    if what.what_to_do:
        body["what_to_do"] = what.what_to_do
    if errors:
        body["errors"] = [error.as_json() for error in errors]
    body |= {**(members or {}), "reference": reference}
    if shape := _shape_for(request):
        return JSONResponse(shape.of(body), status_code=what.status, media_type=shape.media_type, headers=headers)
    return JSONResponse(body, status_code=what.status, media_type=MEDIA_TYPE, headers=headers)


def _shape_for(request: Request) -> ProblemShape | None:
    """`app.state.problem_shapes`, of a service that speaks such a standard: by the beginning of the path."""
    shapes: Mapping[str, ProblemShape] = getattr(request.app.state, "problem_shapes", {})
    return next((shape for path, shape in shapes.items() if request.url.path.startswith(path)), None)


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
    details = (detail, *(error.detail for error in errors))
    return pages.page(
        "problem.html",
        status=what.status,
        headers=headers,
        title=what.title,
        detail=" ".join(part for part in (words.details.get(one, "") if frame else one for one in details) if part),
        what_to_do=what.what_to_do,
        reference=reference,
        again=again,
        audience="staff" if request.url.path.startswith("/staff") else "patient",
        problem_page=words.page,
        **around,
    )


def frame_for(request: Request) -> Frame | None:
    """The words around a page in the caller's language; None for English."""
    language = language_of(request)
    if language == ENGLISH:
        return None
    frames: FrameIn | None = getattr(request.app.state, "frame_in", None)
    return (frames(language) if frames else None) or frame_in(language)


def bare_page(request: Request, what: Description, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The page of last resort, for when the real one is not installed, or is itself what went wrong.

    Even so it names the crisis line and somebody to call.
    """
    language, words = _last_words(request)
    what, tokens = words.of(what), clinic_tokens(_clinic(request), language)
    around, call = words.frame, words.page.call.format(phone=_PHONE)
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(what.title)}</title>'
        f"<p>{filled(around.crisis, tokens)}. {filled(around.emergency, tokens)}.</p>"
        f"<h1>{escape(what.title)}</h1><p>{escape(what.what_to_do)}</p><p>{filled(call, tokens)}.</p></html>",
        what.status,
        {**PAGE_HEADERS, **(headers or {})},
    )


_PHONE = "{phone}"


def _clinic(request: Request) -> ClinicIdentity:
    settings: Settings | None = getattr(request.app.state, "settings", None)
    return settings.clinic if settings else ClinicIdentity()


def _last_words(request: Request) -> tuple[str, ProblemWords]:
    """In English too where the words of a language are themselves what went wrong."""
    language = language_of(request)
    try:
        return (language, words_in(language)) if language != ENGLISH else ("en-US", ProblemWords())
    except (OSError, ValueError):
        return "en-US", ProblemWords()
