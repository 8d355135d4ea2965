"""The place for times in a page of another service, in Chromium: by script, by keyboard, and without scripts."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import ConsoleMessage, Page, Route, expect

from shared.web.assets import shipped_assets
from shared.web.hold_ticket import LIFETIME
from tests.browser.accessible import assert_accessible, assert_fits
from tests.browser.watch import EXPECTED_STATUS
from tests.integration.scheduling.desk import HOLD_RULES, Asked
from tests.integration.scheduling.in_chromium import in_chromium

pytestmark = pytest.mark.browser
PATIENCE = 60_000
WHEN = "/request/g/3q2-7w/en/when"
asset = shipped_assets().url


def page_of_a_request(ticket, language):
    """As intake draws it, with the place and nothing else that matters here."""
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>When would suit you?</title>
<link rel="icon" href="{asset("favicon.svg")}"><link rel="stylesheet" href="{asset("chairside.css")}">
<meta name="htmx-config" content='{{"noSwap": [204, 304, "3xx", "4xx", "5xx"]}}'>
<script src="{asset("live.js")}" defer></script></head>
<body class="patient narrow"><main id="main" class="wrap ask"><form class="stack" method="post" novalidate>
<h1>When would suit you?</h1>
<input type="hidden" name="ticket" value="{ticket}"><input type="hidden" name="language" value="{language}">
<input type="hidden" name="back" value="{WHEN}">
<section id="free-times" hx-post="/a/times" hx-trigger="load, again" hx-swap="innerHTML" data-asks-again>
<button class="btn" formaction="/a/times" formmethod="post" formnovalidate>See free times</button></section>
<div class="actions"><button class="btn btn-primary">Continue</button></div></form></main></body></html>"""


@dataclass
class Visitor:
    page: Page
    complaints: list[str] = field(default_factory=list)

    def hears(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(EXPECTED_STATUS):
            self.complaints.append(message.text)

    async def sees_times(self):
        await expect(self.page.locator("input[name=start]").first).to_be_visible(timeout=PATIENCE)

    async def sees_that_it_is_kept(self):
        await expect(self.page.locator(".banner-ok")).to_be_visible(timeout=PATIENCE)
        await expect(self.page.locator("input[name=hold_id]")).to_have_count(1)


@pytest.fixture
async def visit(front):
    """`async with visit(language="es", scripts=False) as visitor`."""
    async with in_chromium(front.app) as (chromium, site):

        @asynccontextmanager
        async def open_page(language="en", *, scripts=True, width=390, **look) -> AsyncIterator[Visitor]:
            context = await chromium.new_context(
                viewport={"width": width, "height": 844}, java_script_enabled=scripts, **look
            )
            visitor = Visitor(await context.new_page())
            visitor.page.on("console", visitor.hears)
            visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
            html = page_of_a_request(front.ticket(Asked.new()), language)

            async def draw(route: Route) -> None:
                await route.fulfill(content_type="text/html", body=html)

            await visitor.page.route("**/request/g/**", draw)
            await visitor.page.goto(site + WHEN)
            yield visitor
            assert visitor.complaints == []
            await context.close()

        yield open_page


@pytest.mark.parametrize(("language", "width"), [("en", 390), ("es", 320), ("es", 1280)])
async def test_a_time_is_chosen_kept_changed_and_given_back_without_leaving_the_page(visit, front, language, width):
    async with visit(language, width=width) as visitor:
        page = visitor.page
        await visitor.sees_times()
        await assert_accessible(page)
        await assert_fits(page)
        await page.locator("input[name=start]").nth(4).check()
        await page.locator("[formaction='/a/times/hold']").click()

        await visitor.sees_that_it_is_kept()
        await expect(page.locator(".banner-ok")).to_be_focused()
        await assert_accessible(page)
        await assert_fits(page)
        assert await front.desk.held() == 1

        await page.locator("button[name=again]").click()
        await expect(page.locator("input[name=start]:checked")).to_have_count(1, timeout=PATIENCE)
        await expect(page.locator("#times-change")).to_be_focused()
        await page.locator("input[name=start]").nth(6).check()
        await page.locator("[formaction='/a/times/hold']").click()
        await visitor.sees_that_it_is_kept()
        await page.locator("[formaction='/a/times/give-back']").click()
        await visitor.sees_times()
        await expect(page.locator("#times-give-back")).to_be_focused()
        assert await front.desk.held() == 0
        assert page.url.endswith(WHEN)


async def test_when_a_button_gets_no_answer_the_place_asks_once_more_and_says_why(visit):
    async with visit() as visitor:
        page = visitor.page
        await visitor.sees_times()
        asked_again: list[str] = []

        async def away(route: Route) -> None:
            asked_again.append(route.request.url)
            await route.fulfill(content_type="text/html", body='<p role="alert">Times are away.</p>')

        await page.route("**/a/times/hold", lambda route: route.fulfill(status=503, body=""))
        await page.route("**/a/times", away)
        await page.locator("input[name=start]").first.check()
        await page.locator("[formaction='/a/times/hold']").click()

        await expect(page.get_by_role("alert")).to_have_text("Times are away.", timeout=PATIENCE)
        assert len(asked_again) == 1


async def test_a_time_whose_end_came_while_it_was_read_stays_chosen_and_is_kept_again(visit, front):
    async with visit() as visitor:
        page = visitor.page
        await visitor.sees_times()
        await page.locator("input[name=start]").nth(4).check()
        await page.locator("[formaction='/a/times/hold']").click()
        await visitor.sees_that_it_is_kept()
        front.desk.clock.advance(HOLD_RULES.length)

        await page.reload()

        await expect(page.locator(".banner-warn")).to_contain_text("it is still free", timeout=PATIENCE)
        await expect(page.locator("input[name=start]:checked")).to_have_count(1)
        await assert_accessible(page)
        await assert_fits(page)
        await page.locator("[formaction='/a/times/hold']").click()
        await visitor.sees_that_it_is_kept()
        assert await front.desk.held() == 1


async def test_by_keyboard_alone(visit, front):
    async with visit() as visitor:
        await visitor.sees_times()
        await visitor.page.locator("input[name=start]").first.focus()
        await visitor.page.keyboard.press("ArrowDown")
        for _ in range(40):
            await visitor.page.keyboard.press("Tab")
            if await visitor.page.evaluate("document.activeElement.getAttribute('formaction')") == "/a/times/hold":
                break
        await visitor.page.keyboard.press("Enter")

        await visitor.sees_that_it_is_kept()
        assert await front.desk.held() == 1


async def test_what_is_wrong_is_read_out(visit):
    async with visit() as visitor:
        await visitor.sees_times()
        await visitor.page.locator("[formaction='/a/times/hold']").click()

        await expect(visitor.page.get_by_role("alert")).to_have_text("Choose one of the times first.", timeout=PATIENCE)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_without_scripts_it_is_a_page_that_leads_back_with_the_time(visit, front, language):
    async with visit(language, scripts=False, width=320) as visitor:
        page = visitor.page
        await page.get_by_text("See free times").click()
        await visitor.sees_times()
        await assert_fits(page)
        await page.locator("[formaction='/a/times/hold']").click()
        await expect(page.get_by_role("alert")).to_be_visible(timeout=PATIENCE)
        await page.locator("input[name=start]").nth(4).check()
        await page.locator("[formaction='/a/times/hold']").click()

        await page.wait_for_url(re.compile(r"/when\?hold_id=[0-9a-f-]+&slot=[^&]+&kept_until="), timeout=PATIENCE)
        assert await front.desk.held() == 1


async def test_when_the_ticket_is_over_the_page_says_to_load_it_again(visit, front):
    async with visit() as visitor:
        await visitor.sees_times()
        front.desk.clock.advance(LIFETIME)
        await visitor.page.locator("input[name=start]").last.check()
        await visitor.page.locator("[formaction='/a/times/hold']").click()

        await expect(visitor.page.get_by_role("alert")).to_contain_text("Load it again", timeout=PATIENCE)
