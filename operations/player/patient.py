"""The patient's part: ask, watch, say that they come, withdraw."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from operations.player.browser import Browser, Unexpected
from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the patient holds it: a reference to say, a link to keep."""

    reference: str
    status: str
    withdrawal: str
    page: str


async def ask(patient: Browser, name: str, email: str, key: str = "") -> Request:
    """Sends the request twice under one key, as a shaky connection would, and expects one request."""
    body = filled_in(await patient.json("/api/consultation-requests/form"), name, email)
    key = key or str(uuid7())
    first = await patient.post_json("/api/consultation-requests", body, key)
    again = await patient.post_json("/api/consultation-requests", body, key)
    if first.json()["reference"] != again.json()["reference"]:
        raise Unexpected("one key made two requests")
    return held(first.json())


def filled_in(
    form: dict[str, Any], name: str, email: str, reasons: Sequence[str] = ("depression", "anxiety")
) -> dict[str, Any]:
    """A request as a front end sends it, made from what the form needs to show."""
    return {
        "name": name,
        "email": email,
        "reasons": list(reasons),
        "wishes": {"weekdays": ["tuesday", "thursday"], "day_parts": ["morning"]},
        "consents": [wording["version"] for wording in form["wordings"] if wording["channel"] == "email"],
    }


def held(answer: dict[str, Any]) -> Request:
    """The request, from the answer to it."""
    links = answer["links"]
    return Request(answer["reference"], links["status"], links["withdrawal"], links["page"])


async def wait_for(patient: Browser, request: Request, state: str, within: float) -> dict[str, Any]:
    """The request once it has this state, and its page opens then. Raises Unexpected when that takes too long."""
    deadline = asyncio.get_running_loop().time() + within
    while (status := await patient.json(request.status))["state"] != state:
        if asyncio.get_running_loop().time() > deadline:
            raise Unexpected(f"{request.reference} is still {status['state']} after {within:.0f} s, not {state}")
        await asyncio.sleep(0.05)
    await patient.open(request.page.removeprefix(patient.origin))
    return status


async def come(patient: Browser, request: Request) -> None:
    """From their own page, where the appointment and its other times stand."""
    mine = await patient.open(request.page.removeprefix(patient.origin))
    page = await patient.send(mine.form(action="/a/mine"))
    await patient.send(page.form(action="/coming"))


async def withdraw(patient: Browser, request: Request) -> None:
    """By the page behind the link, with its question and its button."""
    path = request.page.removeprefix(patient.origin)
    asked = await patient.open(f"{path}/withdraw")
    await patient.send(asked.form(action="/withdraw"))
