"""The questions after an infusion on a phone: by keyboard, without scripts, at 320 px, read aloud, in both languages.

Intake alone serves the pages here: the link would come by mail the next day.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, Page, expect

from services.intake.app import build
from shared.clock import FixedClock
from tests.browser.accessible import assert_accessible, assert_accessible_to_all, assert_fits
from tests.conftest import NOON, MakeScratch
from tests.integration.intake.conftest import PUBLIC, Intake
from tests.integration.intake.questionnaires import Patient

NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True, "java_script_enabled": False}
DESK = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
BORN = {"month": "7", "day": "19", "year": "1984"}
BEFORE = {f"phq_9_{n}": "2" for n in range(1, 9)} | {"phq_9_9": "0"}
THANKS = {"en": "Thank you. Your answers have arrived", "es": "Gracias. Sus respuestas llegaron"}
OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
async def served(scratch: MakeScratch) -> AsyncIterator[Intake]:
    """Intake at an address that the kernel hands out."""
    listening = socket.create_server(("127.0.0.1", 0))
    site = f"http://127.0.0.1:{listening.getsockname()[1]}"
    place = await scratch("intake", staff_token_public_key=PUBLIC, public_url=site, burst_rate=0)
    clock = FixedClock(NOON)
    app = build(place.settings, clock=clock, messaging=False)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    running = asyncio.create_task(server.serve([listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    async with httpx.AsyncClient(base_url=site) as http:
        yield Intake(app, http, app.state.database, clock)
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await running


@pytest.fixture
async def open_page(chromium: Browser) -> AsyncIterator[OpenPage]:
    async with AsyncExitStack() as opened:

        async def open_one(**options: Any) -> Page:
            context = await chromium.new_context(**options)
            opened.push_async_callback(context.close)
            return await context.new_page()

        yield open_one


async def link_of(intake: Intake, language: str, **before: str) -> str:
    patient = await Patient.who_asked(intake, **before)
    return str(intake.http.base_url.join(f"/q/{await patient.asked()}/{language}"))


async def say_who(page: Page) -> None:
    for part, typed in BORN.items():
        await page.locator(f"[name=born_{part}]").fill(typed)
    await go_on(page)


async def go_on(page: Page) -> None:
    async with page.expect_navigation():
        await page.locator("main form .btn-primary").press("Enter")


async def answer_all(page: Page, look: Callable[[], Awaitable[None]], nth: int = 1) -> None:
    while not page.url.endswith("/thanks"):
        await look()
        await page.locator("main fieldset input").nth(nth).check()
        await go_on(page)
    await look()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_on_a_narrow_phone_without_scripts(served: Intake, open_page: OpenPage, language: str):
    page = await open_page(**NARROW)
    await page.goto(await link_of(served, language, **BEFORE))
    await assert_fits(page)

    await say_who(page)
    await answer_all(page, lambda: assert_fits(page))

    await expect(page.get_by_role("heading", level=1)).to_have_text(THANKS[language])
    await expect(page.get_by_role("img")).to_be_visible()
    await expect(page.locator("#crisis-now")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_page_breaks_a_rule_of_accessibility(served: Intake, open_page: OpenPage, language: str):
    page = await open_page(**DESK)
    kinds: set[str] = set()

    async def look() -> None:
        kind = page.url.rpartition("/")[2].rstrip("0123456789")
        if kind in kinds:
            return
        kinds.add(kind)
        await assert_accessible_to_all(page)

    link = await link_of(served, language, **BEFORE)
    await page.goto(link)
    await look()
    await go_on(page)
    await expect(page.locator("#errors")).to_be_focused()
    await assert_accessible(page)
    await say_who(page)
    await answer_all(page, look)
    assert {"phq-9-", "screener-wish", "thanks"} <= kinds


async def test_an_ended_link_and_its_new_one(served: Intake, open_page: OpenPage):
    page = await open_page(**NARROW)
    link = await link_of(served, "es")
    served.clock.advance(timedelta(days=30))
    await page.goto(link)
    await assert_fits(page)

    async with page.expect_navigation():
        await page.get_by_role("button", name="Envíenme un enlace nuevo").press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Un enlace nuevo va en camino")
