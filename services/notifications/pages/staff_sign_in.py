"""Sign in and sign out."""

from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.notifications.domain.passwords import LONGEST
from services.notifications.pages.desk import TheDesk
from services.notifications.use_cases.sign_in import TooManyTries, WrongSignIn, sign_in, sign_out
from shared.web.client_address import client_address, network_of
from shared.web.dependencies import TheDatabase, ThePages
from shared.web.local_path import local_path

router = APIRouter(include_in_schema=False)
NO_STORE = {"Cache-Control": "no-store"}
LONGEST_EMAIL = 254
WRONG = "E-mail and password do not belong together."


@router.get("/staff")
async def start() -> Response:
    return RedirectResponse("/staff/inbox", status_code=303, headers=NO_STORE)


@router.get("/staff/sign-in")
async def show_sign_in(
    pages: ThePages, next_: Annotated[str, Query(alias="next")] = "", done: str = "", email: str = ""
) -> Response:
    return pages.page(
        "sign_in.html", errors={}, email=email[:LONGEST_EMAIL], next=local_path(next_), done=done == "password"
    )


@router.post("/staff/sign-in")
async def do_sign_in(
    request: Request,
    database: TheDatabase,
    pages: ThePages,
    desk: TheDesk,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next_: Annotated[str, Form(alias="next")] = "",
) -> Response:
    """One answer for an unknown e-mail, a wrong password and a closed account, in the same time."""
    onward = local_path(next_)

    def again(status: int, errors: dict[str, str], headers: dict[str, str] | None = None) -> Response:
        return pages.page(
            "sign_in.html",
            status=status,
            headers=headers,
            errors=errors,
            email=email[:LONGEST_EMAIL],
            next=onward,
            done=False,
        )

    missing = {"email": "Enter your e-mail."} if not email.strip() else {}
    missing |= {} if password else {"password": "Enter your password."}
    if missing:
        return again(422, missing)
    if len(email) > LONGEST_EMAIL or len(password) > LONGEST:
        return again(401, {"password": WRONG})
    try:
        signed_in = await sign_in(
            database,
            desk.hashes,
            email=email,
            password=password,
            address=network_of(client_address(request)),
            instead_of=desk.session_id(request),
        )
    except WrongSignIn:
        return again(401, {"password": WRONG})
    except TooManyTries as too_many:
        minutes = ceil(too_many.wait.total_seconds() / 60)
        words = "1 minute" if minutes == 1 else f"{minutes} minutes"
        return again(
            429,
            {"password": f"That were too many tries. Wait {words}, then try again."},
            {"Retry-After": str(ceil(too_many.wait.total_seconds()))},
        )
    response = RedirectResponse(onward, status_code=303, headers=NO_STORE)
    desk.set_cookie(response, signed_in)
    return response


@router.post("/staff/sign-out")
async def do_sign_out(request: Request, database: TheDatabase, desk: TheDesk) -> Response:
    """Also without a living session: whoever presses it ends up signed out."""
    if (session_id := desk.session_id(request)) is not None:
        async with database.transaction() as tx:
            await sign_out(tx, session_id)
    response = RedirectResponse("/staff/sign-in", status_code=303, headers=NO_STORE)
    desk.cookie.clear(response)
    return response
