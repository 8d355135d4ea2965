"""The gallery in Chromium: no word in the console, no sideways scroll, live regions, keys, one request a click."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.unit.web.gallery.app import PAGES, Gallery

pytestmark = pytest.mark.browser
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        await chromium.close()


@dataclass(slots=True)
class Site:
    """The gallery, served, and one page of a browser on it."""

    gallery: Gallery
    origin: str
    page: Page
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    async def open(self, name: str) -> None:
        await self.page.goto(f"{self.origin}/{name}")

    async def do(self, path: str) -> None:
        await self.page.request.post(self.origin + path)

    async def live(self, state: str) -> None:
        await self.page.locator(f'html[data-live="{state}"]').wait_for(state="attached", timeout=20_000)


@pytest.fixture
async def site(browser: Browser) -> AsyncIterator[Site]:
    gallery = Gallery()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(gallery.app(), log_level="warning", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    context = await browser.new_context()
    page = await context.new_page()
    site = Site(gallery, f"http://127.0.0.1:{listener.getsockname()[1]}", page)
    page.on("console", lambda message: site.messages.append(message.text))
    page.on("pageerror", lambda error: site.messages.append(str(error)))
    page.on("request", lambda request: site.requests.append(request.url.removeprefix(site.origin)))
    yield site
    await context.close()
    server.should_exit = True
    await serving


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_every_page_fits_its_width_and_keeps_the_policy(site, width, scheme):
    await site.page.set_viewport_size({"width": width, "height": 800})
    await site.page.emulate_media(color_scheme=scheme)

    for name in PAGES:
        await site.open(name)
        assert await site.page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert site.messages == [], name
        hosts = [url for url in site.requests if url.startswith("http")]
        assert hosts == [], name


async def test_a_tick_renews_the_list_and_leaves_the_focus(site):
    await site.open("inbox")
    await site.live("on")
    await site.page.locator("#item-i2 a").focus()

    await site.do("/tick")

    await site.page.locator("#item-t1").wait_for()
    assert await site.page.locator("#item-i2 a").evaluate("link => link === document.activeElement")
    await expect(site.page.locator(".nav .count")).to_contain_text("4")


async def test_many_ticks_are_few_requests(site):
    await site.open("inbox")
    await site.live("on")
    await site.do("/tick?times=20")

    await site.page.locator("#item-t20").wait_for()
    assert len([url for url in site.requests if url == "/staff/inbox/list"]) < 10


async def test_a_broken_stream_is_said_and_what_was_missed_is_fetched(site):
    await site.open("inbox")
    await site.live("on")

    await site.do("/live/off")
    await site.live("off")
    assert await site.page.locator("#item-i1").count() == 1
    assert await site.page.get_by_text("Not up to date").is_visible()
    await site.do("/tick")
    await site.do("/live/on")

    await site.page.locator("#item-t1").wait_for(timeout=20_000)
    await site.live("on")


async def test_a_first_connection_that_fails_is_tried_again(site):
    await site.do("/live/off")
    await site.open("inbox")
    await site.live("off")

    await site.do("/live/on")

    await site.live("on")
    assert not await site.page.get_by_text("Not up to date").is_visible()


async def test_a_double_click_sends_once_and_the_button_says_so(site):
    await site.open("form")
    busy = await site.page.evaluate(
        "() => { const b = document.querySelector('form button'); b.click(); b.click(); return b.ariaBusy }"
    )

    await site.page.wait_for_url("**/status")
    assert busy == "true"
    assert site.gallery.posts == 1


async def test_keys_move_and_acknowledge_only_what_is_in_focus(site):
    await site.open("inbox")
    await site.page.keyboard.press("a")
    assert site.gallery.posts == 0

    await site.page.keyboard.press("j")
    async with site.page.expect_response("**/acknowledge"):
        await site.page.keyboard.press("a")
    await site.page.wait_for_timeout(500)  # another one would have gone by then

    assert [url for url in site.requests if url.endswith("/acknowledge")] == ["/staff/inbox/r1/acknowledge"]


async def test_keys_can_be_switched_off(site):
    await site.open("inbox")
    await site.page.get_by_label("Single keys").uncheck()
    await site.page.locator("h1").click()
    await site.page.keyboard.press("j")

    assert await site.page.locator("[data-item]:focus-within").count() == 0


async def test_the_summary_has_the_focus_and_leads_to_the_field(site):
    await site.open("form-error")
    assert await site.page.evaluate("document.activeElement.id") == "errors"

    await site.page.keyboard.press("Tab")
    await site.page.keyboard.press("Enter")

    assert await site.page.evaluate("document.activeElement.id") == "email"


async def test_without_scripts_a_live_page_has_a_plain_link(browser, site):
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{site.origin}/inbox")

    assert await page.get_by_role("link", name="Refresh").is_visible()
    assert not await page.get_by_text("Single keys").is_visible()
    await context.close()
