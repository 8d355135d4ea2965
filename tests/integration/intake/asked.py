"""Staff ask for more, and the patient answers, as their pages send it."""

from typing import Any

import httpx

from shared.events.consultation_request import InformationAsked
from shared.events.values import LinkTo
from shared.keyring.contact import open_contact
from tests.integration.intake.conftest import SITE, Intake, hidden
from tests.integration.intake.decisions import press


async def ask(intake: Intake, request_id, seen: int = 1, **fields: Any) -> httpx.Response:
    page = await intake.page(f"/staff/requests/{request_id}/ask")
    typed = fields or {"questions": ["medicines", "safety"]}
    return await press(intake, request_id, "ask", seen=seen, form_key=hidden(page, "form_key"), **typed)


async def link(intake: Intake) -> str:
    """The path that the message leads to."""
    event = InformationAsked.model_validate(
        [body for topic, body in await intake.said() if topic == "information-asked"][-1]
    )
    cipher = await intake.app.state.keyring.cipher(event.patient_id)
    return open_contact(cipher, event.contact).links[LinkTo.QUESTIONS].removeprefix(SITE)


async def answer(intake: Intake, path: str, **said: str) -> httpx.Response:
    key = hidden(await intake.page(f"{path}?more=true"), "form_key")
    return await intake.http.post(path, data={"form_key": key, **said}, headers={"Accept": "text/html"})
