"""Another time chosen and an appointment cancelled in Chromium: without scripts, by keyboard, in both languages, at 320 px."""

import re
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.accessible import assert_accessible, assert_fits
from tests.integration.scheduling.desk import CLINIC, Asked
from tests.integration.scheduling.in_chromium import in_chromium
from tests.integration.scheduling.test_change_pages import Intake, booked, link_of

pytestmark = pytest.mark.browser
PATIENCE = 60_000
ONE_CLINICIAN = replace(CLINIC, resources=CLINIC.resources[:3])


@pytest.fixture
async def front(bare_front):
    await bare_front.desk.set_up(ONE_CLINICIAN)
    bare_front.app.state.proofs = Intake()
    return bare_front


@pytest.fixture
async def visit(front):
    """`async with visit(path, width=320) as page`: without scripts, as whoever has none."""
    async with in_chromium(front.app) as (chromium, site):

        @asynccontextmanager
        async def open_page(path, *, scripts=False, width=320, **look):
            context = await chromium.new_context(
                viewport={"width": width, "height": 844}, java_script_enabled=scripts, **look
            )
            page = await context.new_page()
            await page.goto(site + path)
            yield page
            await context.close()

        yield open_page


async def gone(front, ten):
    """Somebody whose chosen time was gone when the request arrived."""
    asked = Asked.new()
    hold = await front.desk.keeps(asked, ten)
    front.desk.clock.advance(timedelta(minutes=16))
    await booked(front, ten)
    await front.desk.hears(asked.requested(hold_id=hold.id))
    return asked


async def say_born(page, day="19"):
    for part, typed in (("day", day), ("month", "7"), ("year", "1984")):
        await page.locator(f"[name=born_{part}]").fill(typed)
    await page.locator("main .btn-primary").click()


@pytest.mark.parametrize(("language", "width"), [("en", 320), ("es", 320), ("es", 1280)])
async def test_whose_time_was_gone_takes_one_of_the_nearest(visit, front, language, width):
    asked = await gone(front, ten := front.desk.monday_at(10))

    async with visit(await link_of(front, asked, language), scripts=True, width=width) as page:
        await assert_accessible(page)
        await assert_fits(page)
        await say_born(page, "20")
        await expect(page.get_by_role("alert")).to_be_visible(timeout=PATIENCE)
        await assert_accessible(page)
        await say_born(page)
        await expect(page.locator("input[name=start]").first).to_be_attached(timeout=PATIENCE)
        await assert_accessible(page)
        await assert_fits(page)
        await page.locator("label:has(input[name=start])").first.click()
        await page.locator("form .btn-primary").click()

        await expect(page.get_by_role("status")).to_be_visible(timeout=PATIENCE)
        await assert_accessible(page)

    (appointment,) = await front.desk.appointments(asked)
    assert (appointment["starts_at"], appointment["revision"]) == (ten - timedelta(hours=1), 2)


async def test_without_scripts_a_time_is_lost_to_another_and_the_next_is_taken(visit, front):
    asked = await booked(front, front.desk.monday_at(10))

    async with visit(await link_of(front, asked)) as page:
        await say_born(page)
        choice = page.locator("input[name=start]").nth(5)
        wanted = await choice.get_attribute("value")
        await choice.check()
        other = await booked(front, front.desk.monday_at(16))
        await front.desk.moves(other, type(front.desk.monday_at(10)).fromisoformat(wanted))
        await page.locator("form .btn-primary").click()

        await expect(page.get_by_role("alert")).to_contain_text("Somebody else has just taken that time")
        await assert_fits(page)
        await page.locator("input[name=start]").first.check()
        await page.locator("form .btn-primary").click()
        await page.wait_for_url(re.compile(r"\?moved$"), timeout=PATIENCE)

    assert await front.desk.overlaps() == 0


async def test_by_keyboard_alone_it_is_cancelled(visit, front):
    asked = await booked(front, front.desk.monday_at(10))

    async with visit(await link_of(front, asked, "es"), scripts=True) as page:
        await say_born(page)
        await page.get_by_role("link", name="Cancelar la cita").press("Enter")
        await page.wait_for_url("**/cancel", timeout=PATIENCE)
        await assert_accessible(page)
        await assert_fits(page)
        await page.get_by_label("No me siento en condiciones de ir").press("Space")
        await page.get_by_role("button", name="Sí, cancelarla").press("Enter")

        await expect(page.locator("h1")).to_have_text("Su cita está cancelada", timeout=PATIENCE)
        await assert_accessible(page)

    (appointment,) = await front.desk.appointments(asked)
    assert (appointment["state"], appointment["cancel_reason"]) == ("cancelled", "patient-unwell")
