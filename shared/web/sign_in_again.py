"""What happens to a request whose session is over: the way to sign-in and back, with nothing typed lost."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.web.answers import PROGRAM_PATHS, wants_page
from shared.web.problems import Problem
from shared.web.send_again import here, typed_in
from shared.web.templating import Pages

RENEW_PATH = "/staff/session/renew"
DONE_PATH = "/staff/session/done"


class SignInNeeded(Problem):
    status = 401
    title = "Sign in to go on"
    what_to_do = "Sign in again and repeat what you did."


class GoAndRenew(Exception):
    """Becomes a redirect to the renewal of the session, which leads back."""

    def __init__(self, back_to: str, *, passive: bool) -> None:
        super().__init__("the session is over")
        query = {"next": back_to} | ({"passive": "1"} if passive else {})
        self.location = f"{RENEW_PATH}?{urlencode(query)}"


@dataclass(eq=False)
class FormWaits(Exception):
    """A form that arrived after its session had ended. Becomes the page that keeps what was typed."""

    action: str
    fields: list[tuple[str, str]]


async def ask_to_sign_in(request: Request) -> Exception:
    """The exception that fits how the request was made; see `shared/web/staff_session.py`."""
    reading = request.method in ("GET", "HEAD")
    live = "text/event-stream" in request.headers.get("accept", "")
    if reading and (live or wants_page(request)):
        return GoAndRenew(here(request), passive=live or "hx-request" in request.headers)
    content_type = request.headers.get("content-type", "")
    program = request.url.path.startswith(PROGRAM_PATHS)
    if (
        not reading
        and not program
        and content_type.startswith(("application/x-www-form-urlencoded", "multipart/form-data"))
    ):
        return FormWaits(here(request), typed_in(await request.form()))
    return SignInNeeded()


def install_sign_in_again(app: FastAPI) -> None:
    app.add_exception_handler(GoAndRenew, _renew)
    app.add_exception_handler(FormWaits, _keep_form)


async def _renew(_request: Request, error: Exception) -> Response:
    assert isinstance(error, GoAndRenew)
    return RedirectResponse(error.location, status_code=303, headers={"Cache-Control": "no-store"})


async def _keep_form(request: Request, error: Exception) -> Response:
    assert isinstance(error, FormWaits)
    pages: Pages = request.app.state.pages
    sign_in = f"{RENEW_PATH}?{urlencode({'next': DONE_PATH})}"
    return pages.page(
        "sign_in_again.html",
        status=401,
        headers={"Cache-Control": "no-store"},
        action=error.action,
        fields=error.fields,
        sign_in=sign_in,
    )
