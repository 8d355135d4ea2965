"""The staff's places on a phone: one row, and nothing of it out of reach, without any script."""

import pytest
from playwright.async_api import expect

from tests.browser.clinic_day import ADMINISTRATOR
from tests.browser.conftest import PHONE

PLACES = ("inbox", "requests", "board", "sessions", "people", "clinic")


@pytest.fixture(params=["no-preference", "reduce"])
async def phone(context, signed_in, request):
    """Of an administrator, who sees every place."""
    options = {"java_script_enabled": False, "reduced_motion": request.param, "storage_state": signed_in[ADMINISTRATOR]}
    return await (await context(**PHONE, **options)).new_page()


async def test_the_places_stand_in_one_row_that_begins_where_one_is(phone, system):
    for place in PLACES:
        await phone.goto(f"{system.url}/staff/{place}")
        row, inbox = phone.locator(".nav"), phone.locator(".nav a").first

        here = phone.locator(".nav [aria-current=page]")
        await expect(here).to_be_in_viewport(ratio=1)
        assert (await row.bounding_box())["height"] < 60
        await expect(inbox).to_be_in_viewport(ratio=1)
        if place != "inbox":
            covered, box = await inbox.bounding_box(), await here.bounding_box()
            assert box["x"] >= covered["x"] + covered["width"] - 1


async def test_every_place_is_reached_by_the_keyboard_and_then_seen(phone, system):
    await phone.goto(f"{system.url}/staff/inbox")
    await phone.locator(".nav a").first.focus()
    for _ in range(6):
        await phone.keyboard.press("Tab")

    last = phone.get_by_role("link", name="Clinic")
    await expect(last).to_be_focused()
    await expect(last).to_be_in_viewport(ratio=1)
