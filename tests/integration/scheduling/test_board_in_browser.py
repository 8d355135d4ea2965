"""The board of a day in Chromium: moved by keyboard, printed, on a phone, and what its marks mean."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.async_api import expect

from services.scheduling.domain.opening import OpeningHours
from tests.browser.accessible import assert_accessible, assert_fits
from tests.integration.scheduling.desk import CLINIC
from tests.integration.scheduling.in_chromium import in_chromium

pytestmark = pytest.mark.browser
MONDAY = "/staff/board?day=2026-06-22"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LATE_BEFORE_25_HOURS = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
"""In Denver, 22:30 on the evening before the clock is set back."""
PRESSED = "a.btn, button, nav, .find, .live"


@pytest.fixture
async def look(front):
    """`await look(path, viewport)`: the page as the front desk sees it."""
    async with in_chromium(front.app) as (chromium, site):

        async def open_page(path, viewport=DESK):
            context = await chromium.new_context(viewport=viewport)
            cookie = front.http.cookies["chairside"]
            await context.add_cookies([{"name": "chairside", "value": cookie, "url": site}])
            page = await context.new_page()
            await page.goto(site + path)
            return page

        yield open_page


async def books_chair_1(front):
    """Which chair it would be is nobody's to say, unless there is one."""
    use = "update resource set active = $1 where name = 'Chair 2'"
    await front.desk.database.pool.execute(use, False)
    await front.books(await front.asks())
    await front.desk.database.pool.execute(use, True)


async def shorten(front, minutes):
    """The session lasts only so long, as after a change of its kind."""
    length = timedelta(minutes=minutes)
    await front.desk.database.pool.execute(
        "update appointment set ends_at = starts_at + $1 where session_id is not null", length
    )
    await front.desk.database.pool.execute(
        """
        update resource_booking as b
           set during = tstzrange(lower(b.during), lower(b.during) + $1)
          from appointment as a
         where a.id = b.appointment_id and a.session_id is not null
        """,
        length,
    )


def inside(inner, outer):
    return inner["x"] >= outer["x"] and inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1


def inside_downwards(inner, outer):
    return inner["y"] >= outer["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1


async def test_a_narrow_block_says_its_target_whole_and_aloud_while_it_is_moved(front, look):
    await books_chair_1(front)
    await shorten(front, 5)
    page = await look(MONDAY)
    said, words, board = page.locator("#board-says"), page.locator(".ghost b"), page.locator(".board")
    await page.get_by_role("link", name="Ines Marchetti", exact=True).focus()

    await page.keyboard.press("m")
    await expect(said).to_have_text(re.compile(r"Ines Marchetti is at 10:00, Chair 1, Garden room\."))
    for key in ("ArrowRight", "ArrowDown"):
        await page.keyboard.press(key)

    await expect(words).to_have_text("10:15–10:20Chair 2, Garden room")
    await expect(said).to_have_text(re.compile(r"would move to 10:15, until 10:20, Chair 2, Garden room\. Enter"))
    assert await words.evaluate("one => one.scrollWidth <= one.clientWidth")
    for _ in range(40):
        await page.keyboard.press("ArrowRight")
    await expect(words).to_have_text("16:55–17:00Chair 2, Garden room")
    assert inside(await words.bounding_box(), await board.bounding_box())


@pytest.mark.parametrize("path", [MONDAY, f"{MONDAY}&as=rooms", "/staff/board?day=2026-06-20", "/staff/board/week"])
async def test_paper_says_whose_day_it_is_and_when_it_was_printed_and_shows_nothing_to_press(front, look, path):
    await front.books(await front.asks())
    page = await look(path)
    await expect(page.locator("p.on-paper").first).to_be_hidden()

    await page.emulate_media(media="print")

    printed = page.locator("p.on-paper").first
    await expect(printed).to_have_text(
        re.compile(r"Tern Street Clinic\. Printed Mon, Jun 15, 2026, \d\d:\d\d Denver, MDT")
    )
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Jun 2[0-2].*2026|Jun 15.*2026"))
    for one in await page.locator(PRESSED).all():
        await expect(one).to_be_hidden()


@pytest.mark.parametrize("path", [MONDAY, "/staff/board/week"])
async def test_one_press_prints(look, path):
    page = await look(path)
    await page.evaluate("window.print = () => { window.printed = true }")

    await page.get_by_role("button", name="Print").click()

    assert await page.evaluate("window.printed")


async def test_every_mark_of_a_block_is_in_the_legend(front, look):
    asked = await front.asks()
    await front.desk.says_they_come(asked)
    page = await look("/staff/board")
    legend = page.get_by_label("What fills, marks and lines mean")

    drawing = "one => one.querySelector('svg').innerHTML"
    mark = await page.locator(".slot .coming").first.evaluate(drawing)
    explained = legend.locator("li", has_text="Says they are coming")

    assert await explained.evaluate(drawing) == mark
    for words in (
        "Booked",
        "Arrived",
        "In progress",
        "To record",
        "Done",
        "Held",
        "Missed",
        "Cancelled",
        "Cannot begin",
    ):
        await expect(legend.locator("li", has_text=words).first).to_be_visible()


async def test_rooms_stand_over_their_chairs_on_the_board_and_on_a_phone(front, look):
    await books_chair_1(front)
    board = await look(MONDAY)
    room, chair = board.locator(".room", has_text="Garden room"), board.locator(".lane", has_text="Chair 1")
    assert (await room.bounding_box())["y"] < (await chair.bounding_box())["y"]
    await assert_accessible(board)

    phone = await look(f"{MONDAY}&as=rooms", PHONE)
    await expect(phone.get_by_role("heading", name="Garden room")).to_be_visible()
    await expect(phone.get_by_role("heading", name="Chair 1")).to_be_visible()
    await expect(phone.get_by_role("link", name="By room")).to_have_attribute("aria-current", "true")
    await assert_accessible(phone)
    await assert_fits(phone)


async def test_twenty_chairs_print_on_one_sheet_with_their_rooms(front, look):
    pool = front.desk.database.pool
    await pool.execute(
        """
        insert into resource (id, clinic_id, kind, name)
        select gen_random_uuid(), $1, 'chair', 'Chair ' || n from generate_series(3, 20) as n
        """,
        CLINIC.id,
    )
    await front.books(await front.asks())
    page = await look(MONDAY)

    paper = await page.pdf(prefer_css_page_size=True, format="A4", landscape=True)

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.parametrize("viewport", [{"width": 1024, "height": 768}, DESK, PHONE])
async def test_on_a_day_of_25_hours_every_name_stands_in_its_own_block(front, look, viewport):
    always = tuple(OpeningHours(day, time(0), time(0)) for day in range(1, 8))
    await front.desk.set_up(replace(CLINIC, hours=always))
    front.desk.clock.advance(LATE_BEFORE_25_HOURS - front.desk.clock.now())
    front.renew()
    for name in ("Bartholomew Quigley", "Theodora van der Merwe", "Li Wei", "Rosalind Achterberg", "Jo Park") * 3:
        await front.asks(name=name)

    page = await look("/staff/board?day=2026-11-01", viewport)

    blocks = await page.locator(".blocks > .slot").all()
    assert len(blocks) == 15
    for block in blocks:
        name, own = await block.locator(".whom").bounding_box(), await block.bounding_box()
        assert inside(name, own)
        assert inside_downwards(name, own)
    await assert_fits(page)
    await assert_accessible(page)


@pytest.mark.parametrize("day", ["2026-06-22", "2026-06-23"])
async def test_what_lasts_over_midnight_widens_no_page_and_has_its_name_inside(front, look, day):
    await front.desk.set_up(replace(CLINIC, hours=tuple(OpeningHours(n, time(0), time(0)) for n in range(1, 8))))
    await front.books(await front.asks(), date="2026-06-22", time="23:30")

    page = await look(f"/staff/board?day={day}")

    await assert_fits(page)
    block = page.locator(".blocks > .slot")
    assert inside(await block.locator(".whom").bounding_box(), await block.bounding_box())
