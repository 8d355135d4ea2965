"""From another site: the sample front end publishes a request, and the short form works in a frame where it may."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from services.intake.app import build
from shared.database import Database
from shared.web.signing_keys import new_key_pair
from tests.browser.accessible import assert_accessible, assert_fits
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.other_site import listening, other_site, port_of, served
from tests.conftest import MakeScratch


@dataclass
class Sites:
    ours: str
    partner: str
    """On the list of those who may call and frame; another site than ours, also in the eyes of a browser."""
    stranger: str
    database: Database

    async def count(self, table: str) -> int:
        async with self.database.transaction(read_only=True) as tx:
            return await tx.fetchval(f"select count(*) from {table}")


@pytest.fixture
async def sites(scratch: MakeScratch, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sites]:
    with listening() as intake, listening() as partner, listening() as stranger:
        ours = f"http://127.0.0.1:{port_of(intake)}"
        theirs, strange = (f"http://localhost:{port_of(one)}" for one in (partner, stranger))
        monkeypatch.setenv("EMBED_PARENTS", theirs)
        _, public = new_key_pair()
        place = await scratch("intake", public_url=ours, cors_origins=[theirs], staff_token_public_key=public)
        app = build(place.settings, messaging=False)
        async with (
            served(app, intake),
            served(other_site(ours), partner),
            served(other_site(ours), stranger),
        ):
            yield Sites(ours, theirs, strange, app.state.database)


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    async with await chromium.new_context(locale="en-US", **PHONE) as made:
        made.set_default_timeout(PATIENCE)
        yield await made.new_page()


async def fill_in(page: Page) -> None:
    """Whatever is asked, until everything is: the mildest answer, and Ines's own where one must be typed."""
    typed = {"born": "1984-07-19", "name": "Ines Marchetti", "email": "ines@example.com"}
    while await page.locator("main form").count():
        before = await page.locator("h1").inner_text()
        for name, value in typed.items():
            if await page.locator(f"input[name={name}]").count():
                await page.locator(f"input[name={name}]").fill(value)
        if before == "What would you like help with?":
            await page.locator("input[value=chronic-pain]").check()
        else:
            for group in await page.locator(
                "fieldset:has(input[type=radio]), fieldset:has(input[type=checkbox])"
            ).all():
                no = group.locator("input[value=no]")
                await (no if await no.count() else group.locator("input").first).check()
        await page.get_by_role("button", name="Next").click()
        await page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=before)


async def test_the_sample_publishes_a_request_from_another_site(page: Page, sites: Sites):
    await page.goto(sites.partner)
    await page.get_by_role("button", name="Myself").click()
    await page.get_by_role("heading", name="When were you born?").wait_for()
    await assert_accessible(page)
    await assert_fits(page)

    await fill_in(page)
    await page.get_by_role("button", name="Send it").click()

    await expect(page.locator("h1")).to_have_text("It has arrived")
    await expect(page.locator("main")).to_contain_text("TSC-")
    assert await sites.count("consultation_request") == 1


async def test_the_sample_goes_on_where_somebody_has_stopped(page: Page, sites: Sites):
    await page.goto(sites.partner)
    await page.get_by_role("button", name="Myself").click()
    await page.locator("input[name=born]").fill("1984-07-19")
    await page.get_by_role("button", name="Next").click()
    await page.get_by_role("heading", name="What is your name?").wait_for()

    await page.reload()

    await expect(page.locator("h1")).to_have_text("What is your name?")


async def test_the_sample_says_what_is_wrong_and_shows_help_at_once(page: Page, sites: Sites):
    await page.goto(sites.partner)
    await page.get_by_role("button", name="Myself").click()
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator("#born-error")).to_contain_text("Write a date that exists")
    for name, value in (("born", "1984-07-19"), ("name", "Ines"), ("email", "ines@example.com")):
        await page.locator(f"input[name={name}]").fill(value)
        if name == "email":
            await page.locator("input[name=consents]").first.check()
            await page.locator("input[name=language]").first.check()
        await page.get_by_role("button", name="Next").click()
    await page.locator("input[value=suicidal-ideation]").check()

    await page.get_by_role("button", name="Next").click()

    await expect(page.locator("#help")).to_be_visible()
    await expect(page.get_by_role("link", name="Call 988")).to_be_visible()
    assert await sites.count("risk_flag") == 1


async def test_a_site_that_is_not_listed_begins_nothing(page: Page, sites: Sites):
    await page.goto(sites.stranger)

    answered = await page.evaluate(
        "url => fetch(url, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{\"who\": \"self\"}'})"
        ".then(() => 'answered', () => 'refused')",
        f"{sites.ours}/api/consultation-requests/drafts",
    )

    assert answered == "refused"
    assert await sites.count("request_draft") == 0


async def test_the_short_form_works_in_a_frame_without_scripts_and_cookies(chromium: Browser, sites: Sites):
    async with await chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}) as context:
        page = await context.new_page()
        await page.goto(f"{sites.partner}/framing?path=/embed/request/en")
        framed = page.frame_locator("iframe")
        await framed.get_by_label("Name", exact=True).fill("Ines Marchetti")
        await framed.locator("#email").fill("ines@example.com")
        await framed.get_by_label("By email").check()
        await framed.locator("input[value=chronic-pain]").check()

        await framed.get_by_role("button", name="Send my request").click()

        await expect(framed.locator("h1")).to_have_text("Your request has reached us")
        assert await context.cookies() == []
    assert await sites.count("consultation_request") == 1


@pytest.mark.parametrize(
    ("site", "path"), [("stranger", "/embed/request/en"), ("partner", "/request/en"), ("partner", "/request/short")]
)
async def test_any_other_frame_stays_empty(page: Page, sites: Sites, site: str, path: str):
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))

    await page.goto(f"{getattr(sites, site)}/framing?path={path}")

    await expect(page.frame_locator("iframe").get_by_role("button", name="Send")).to_have_count(0)
    assert "frame-ancestors" in " ".join(refused)


async def test_the_form_in_a_frame_is_accessible_and_fits_a_phone(page: Page, sites: Sites):
    for path in ("/embed/request/en", "/embed/request/es", "/problems"):
        await page.goto(f"{sites.ours}{path}")
        for width in (390, 320):
            await page.set_viewport_size({"width": width, "height": 844})
            await assert_fits(page)
        await assert_accessible(page)
