"""Reads the e-mails of a trial, from the mail sink of `chairside up` or from MailDev."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_string, policy

import httpx

from operations.player.browser import Unexpected


async def _raw_messages(mailbox: httpx.AsyncClient, to: str) -> AsyncIterator[str]:
    listed = await mailbox.get("/api/messages", params={"to": to})
    if listed.headers.get("content-type", "").startswith("application/json") and listed.is_success:
        for message in listed.json():
            yield (await mailbox.get(f"/messages/{message['id']}/raw")).text
        return
    for message in (await mailbox.get("/email")).raise_for_status().json():
        if to in {recipient["address"] for recipient in message["to"]}:
            yield (await mailbox.get(f"/email/{message['id']}/source")).text


async def calendar_methods(mailbox: httpx.AsyncClient, to: str) -> list[str]:
    """What the calendar files sent to this address ask of a calendar, such as REQUEST and CANCEL."""
    return [
        str(part["Content-Type"].params.get("method", "")).upper()
        async for raw in _raw_messages(mailbox, to)
        for part in message_from_string(raw, policy=policy.default).walk()
        if part.get_content_type() == "text/calendar"
    ]


async def expect(url: str, to: str, methods: set[str], within: float) -> None:
    """Returns once calendar files with all these methods came, none of them twice. Raises Unexpected."""
    deadline = asyncio.get_running_loop().time() + within
    async with httpx.AsyncClient(base_url=url, timeout=within) as mailbox:
        while True:
            came = await calendar_methods(mailbox, to)
            if len(came) != len(set(came)):
                raise Unexpected(f"{to} got the same calendar file more than once")
            if methods <= set(came):
                return
            if asyncio.get_running_loop().time() > deadline:
                raise Unexpected(
                    f"after {within:.0f} s {to} has calendar files {came or 'none'}, not {sorted(methods)}"
                )
            await asyncio.sleep(0.2)
