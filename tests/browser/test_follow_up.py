"""The day after an infusion, with the whole product: the mail, the questions on a phone, what patient and staff see of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from operations.stack.environment import in_database
from operations.stack.home import Running
from shared.database.roles import DATABASE
from tests.browser.accessible import assert_accessible, assert_fits
from tests.browser.booking import book, record
from tests.browser.conftest import DESK, PHONE
from tests.browser.open_days import open_day
from tests.browser.people import Person, sign_in, until_scheduled
from tests.browser.system import running_system

AMARA = "Dr. Amara Voss"
ZONES = ("America/Denver", "Europe/Paris", "Asia/Tokyo")
"""In one of them it is day."""
MORNING, EVENING = time(8, 10), time(20)
BORN = {"month": "7", "day": "19", "year": "1984"}
PATIENCE = 60.0


@pytest.fixture(scope="module")
async def awake(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A clinic where it is day: a questionnaire is not mailed at night."""
    zone = next(zone for zone in ZONES if MORNING <= datetime.now(ZoneInfo(zone)).time() < EVENING)
    async with running_system(tmp_path_factory.mktemp("awake") / "home", CLINIC_ZONE=zone) as running:
        yield running


@pytest.fixture
async def phone(chromium: Browser) -> AsyncIterator[Page]:
    async with await chromium.new_context(locale="en-US", **PHONE) as context:
        yield await context.new_page()


@pytest.fixture
async def desk(chromium: Browser, awake: Running) -> AsyncIterator[Page]:
    """Signed in at the front desk."""
    async with await chromium.new_context(locale="en-US", reduced_motion="reduce", **DESK) as context:
        page = await context.new_page()
        await sign_in(page, awake)
        yield page


async def ask(page: Page, url: str, person: Person) -> None:
    """Page by page, with a date of birth and a PHQ-9 of 16; sent."""
    await page.goto(f"{url}/request/en")
    while not page.url.endswith("/check"):
        await _answer(page, page.url.rpartition("/")[2], person)
        await _go_on(page)
    await page.get_by_role("button", name="Send my request").click()
    await page.wait_for_url("**/r/**")


async def _answer(page: Page, slug: str, person: Person) -> None:
    match slug:
        case "born":
            await _fill_born(page)
        case "name":
            await page.locator("#name").fill(person.name)
        case "contact":
            await page.locator("#email").fill(person.email)
            await page.locator("#consents").check()
        case "reasons":
            await page.locator("[value=depression]").check()
        case "when":
            pass
        case "consent":
            await page.locator("#agreed").check()
        case _ if slug.startswith("phq-9-"):
            await page.locator(f"input[type=radio][value='{0 if slug.endswith('-9-9') else 2}']").check()
        case _:
            for question in await page.locator("main fieldset").all():
                no = question.locator("input[value=no]")
                await (no if await no.count() else question.locator("input")).first.check()


async def _fill_born(page: Page) -> None:
    for part, typed in BORN.items():
        await page.locator(f"[name=born_{part}]").fill(typed)


async def _go_on(page: Page) -> None:
    async with page.expect_navigation():
        await page.locator("main form .btn-primary").press("Enter")


async def links_to(running: Running, person: Person, *, at_least: int = 1) -> list[str]:
    """Addresses of questionnaires in the mails they got, the newest first."""
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=running.mail_url, timeout=PATIENCE) as sink:
        while True:
            messages = (await sink.get("/api/messages", params={"to": person.email})).json()
            newest_first = sorted(messages, key=lambda one: one["received_at"], reverse=True)
            found = [link for one in newest_first for link in re.findall(r"http\S+/q/[\w-]+", one["text"])]
            if len(found) >= at_least:
                return found
            await asyncio.sleep(0.3)


async def after_an_infusion(patient: Page, staff: Page, running: Running, person: Person, days_ago: int) -> None:
    """So long ago that the day after is over: the mail goes at once."""
    await ask(patient, running.url, person)
    await until_scheduled(patient)
    start = open_day(datetime.now(UTC), -days_ago, 11)
    await book(staff, running, person, start, AMARA)
    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)
    await record(staff, start)
    await expect(staff.locator("#main")).to_contain_text("38.5 mg")


async def answer_all(page: Page, phq_9: str, item_9: str) -> list[str]:
    """The pages that came, in order."""
    came: list[str] = []
    while not page.url.endswith("/thanks"):
        slug = page.url.rpartition("/")[2]
        came.append(slug)
        await assert_fits(page)
        value = "no" if slug.startswith("screener-") else item_9 if slug == "phq-9-9" else phq_9
        await page.locator(f"input[type=radio][value='{value}']").check()
        await _go_on(page)
    return came


async def test_from_the_infusion_to_scales_over_time(phone, desk, awake):
    person = Person.called("Ines Marchetti")
    await after_an_infusion(phone, desk, awake, person, 2)

    await phone.goto((await links_to(awake, person))[0])
    await _fill_born(phone)
    await _go_on(phone)
    came = await answer_all(phone, phq_9="1", item_9="0")

    assert came == [f"phq-9-{n}" for n in range(1, 10)]
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers have arrived")
    await expect(phone.get_by_role("img")).to_be_visible()
    await assert_accessible(phone)
    await desk.goto(f"{awake.url}/staff/requests")
    await desk.get_by_role("link", name=person.name).first.click()
    over_time = desk.locator("#follow-up")
    await expect(over_time.locator("tbody tr").first).to_contain_text("Mild")
    await expect(over_time).to_contain_text("response")
    await assert_accessible(desk)
    for width in (1280, 390, 320):
        await desk.set_viewport_size({"width": width, "height": 844})
        await assert_fits(desk)


async def test_item_9_leads_to_the_screener_in_the_same_visit_and_staff_are_alarmed(phone, desk, awake):
    person = Person.called("Noor Haddad")
    await after_an_infusion(phone, desk, awake, person, 3)
    await phone.goto((await links_to(awake, person))[0])
    await _fill_born(phone)
    await _go_on(phone)

    came = await answer_all(phone, phq_9="1", item_9="1")

    assert came[8:10] == ["phq-9-9", "screener-wish"]
    await expect(phone.get_by_role("link", name="Call 988")).to_be_visible()
    await desk.goto(f"{awake.url}/staff/inbox")
    alarm = desk.locator(".alarm", has_text=person.name)
    await expect(alarm).to_contain_text("Seen in a questionnaire")
    await alarm.get_by_role("button", name="Acknowledge").click()
    await expect(alarm).to_have_count(0)


async def test_a_link_that_has_ended_helps_to_a_new_one(phone, desk, awake):
    person = Person.called("Mira Halloran")
    await after_an_infusion(phone, desk, awake, person, 4)
    (old,) = await links_to(awake, person)
    await _end_links(awake)
    await phone.goto(old)
    await expect(phone.locator("main")).to_contain_text("new link")
    await assert_fits(phone)

    await phone.locator("main form .btn-primary").click()

    await expect(phone.get_by_role("heading", level=1)).to_have_text("A new link is on its way")
    new, *_ = await links_to(awake, person, at_least=2)
    assert new != old
    await phone.goto(new)
    await _fill_born(phone)
    await _go_on(phone)
    assert phone.url.endswith("/phq-9-1")


async def _end_links(running: Running) -> None:
    """As if a week had passed for every questionnaire that nobody has completed."""
    connection = await asyncpg.connect(in_database(running.admin_dsn, DATABASE))
    await connection.execute("update intake.questionnaire set expires_at = now() where completed_at is null")
    await connection.close()
