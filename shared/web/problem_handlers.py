"""Turns every error of a request into a problem, in one place for the whole service."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.database.failures import MAY_BE_PLACE
from shared.web.answers import tell, wants_page
from shared.web.place_failures import place_failure
from shared.web.plain_words import say
from shared.web.problems import (
    BadRequest,
    Description,
    FieldError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
    described_errors,
    description_of,
)
from shared.web.send_again import sent_form
from shared.web.sign_in_again import install_sign_in_again

RETRY_AFTER_SECONDS = 5
_HTTP_ERRORS: dict[int, type[Problem]] = {
    error.status: error for error in (BadRequest, NotFound, MethodNotAllowed, TooLarge, UnsupportedMediaType)
}
log = structlog.get_logger()


def install_problems(app: FastAPI) -> None:
    """Call once, after the service's routes were imported and so its errors described.

    Pages are drawn with `app.state.pages`; without it they are bare.
    """
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for place in MAY_BE_PLACE:
        app.add_exception_handler(place, _place)
    for error in described_errors():
        app.add_exception_handler(error, _described)
    install_sign_in_again(app)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    what = description_of(type(error))
    again = await sent_form(request) if what.status == Unavailable.status and wants_page(request) else None
    return tell(
        request,
        what,
        detail=error.detail,
        errors=error.errors,
        headers=error.headers,
        members=error.members,
        again=again,
    )


async def _described(request: Request, error: Exception) -> Response:
    return tell(request, description_of(type(error)), detail=str(error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return tell(request, description_of(InvalidInput), errors=tuple(field_error(one) for one in error.errors()))


def field_error(error: dict[str, object]) -> FieldError:
    """What pydantic found, with its place."""
    place, *path = error["loc"] if isinstance(error["loc"], tuple) else ("body",)
    if error["type"] == "json_invalid":
        return FieldError(f"The body is not JSON from character {path[0] if path else 0} on.", pointer="#")
    if place == "body":
        return FieldError(say(error), pointer="#" + "".join("/" + _escape(str(step)) for step in path))
    return FieldError(say(error), parameter=".".join(map(str, path)))


def _escape(step: str) -> str:
    """RFC 6901."""
    return step.replace("~", "~0").replace("/", "~1")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in (204, 304):
        return Response(status_code=error.status_code, headers=error.headers)
    known = _HTTP_ERRORS.get(error.status_code)
    title = HTTPStatus(error.status_code).phrase
    what = description_of(known) if known else Description(title.lower().replace(" ", "-"), error.status_code, title)
    # FastAPI's own phrase for a code says nothing more than the title does.
    detail = "" if error.detail == title else str(error.detail)
    return tell(request, what, detail=detail, headers=error.headers)


async def _place(request: Request, error: Exception) -> Response:
    reason = place_failure(error)
    if reason is None:
        raise error
    sqlstate = getattr(error, "sqlstate", None)
    log.warning("request_refused_unavailable", failure=type(error).__name__, sqlstate=sqlstate)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    again = await sent_form(request) if wants_page(request) else None
    return tell(request, description_of(Unavailable), detail=f"The reason: {reason}.", headers=headers, again=again)
