"""Everything again in a browser that runs no script at all: then pages are renewed by hand, and that is all."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from tests.browser.booking import book, record
from tests.browser.conftest import DESK, PHONE, OpenContext
from tests.browser.open_days import open_day
from tests.browser.people import Person, ask, sign_in

PATIENCE = 120
"""How often a page is fetched again before an effect counts as lost."""
PAUSE = 500
"""Milliseconds between two of them: a machine may have much else to do."""


@pytest.fixture
async def patient(context: OpenContext) -> Page:
    return await (await context(**PHONE, java_script_enabled=False)).new_page()


@pytest.fixture
async def staff(context: OpenContext, system) -> Page:
    page = await (await context(**DESK, java_script_enabled=False)).new_page()
    await sign_in(page, system)
    return page


async def refresh_until(page: Page, words: str) -> None:
    """By the link that stands where "Live" would be."""
    for _ in range(PATIENCE):
        if await page.get_by_text(words).first.is_visible():
            return
        await page.wait_for_timeout(PAUSE)
        async with page.expect_navigation():
            await page.get_by_role("link", name="Refresh").click()
    raise AssertionError(f"{page.url} never said {words!r}")


async def test_a_patient_asks_and_withdraws(patient, system):
    mine = await ask(patient, system.url, Person.called("Ohla Skript"))
    await refresh_until(patient, "Your consultation is booked")

    await patient.get_by_role("link", name="Withdraw my request").click()
    await patient.get_by_role("button", name="Withdraw my request").click()

    await expect(patient.get_by_role("heading", level=1)).to_have_text("Your request is withdrawn")
    assert patient.url == mine


async def test_errors_are_said(patient, system):
    await patient.goto(f"{system.url}/request/short")
    await patient.get_by_role("button", name="Send my request").click()

    await expect(patient.locator("#errors")).to_be_visible()
    await expect(patient.locator("#name-error")).to_be_visible()


async def test_help_comes_first_for_somebody_at_risk(patient, system):
    await ask(patient, system.url, Person.called("Noa Still"), "Thoughts of suicide")

    await expect(patient.get_by_role("link", name="Call 988")).to_be_in_viewport()


async def test_staff_acknowledge_book_and_record(patient, staff, system):
    person = Person.called("Pavel Papier")
    await ask(patient, system.url, person)
    await refresh_until(patient, "Your consultation is booked")
    await staff.goto(f"{system.url}/staff/inbox")
    await refresh_until(staff, person.name)
    row = staff.locator("[data-item]", has_text=person.name)
    await row.get_by_role("button", name="Acknowledge").click()
    await expect(row).to_have_count(0)

    start = open_day(datetime.now(UTC), -5, 13)
    await book(staff, system, person, start, "Dr. Jonah Ravel")
    await record(staff, start)

    await expect(staff.locator("#main")).to_contain_text("38.5 mg")
    await staff.get_by_role("button", name="Sign out").click()
    await expect(staff.get_by_role("button", name="Sign in")).to_be_visible()
