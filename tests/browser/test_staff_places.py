"""The staff's places on a phone: all of them are seen, none lies behind another, without any script."""

from itertools import pairwise

import pytest
from playwright.async_api import expect

from tests.browser.clinic_day import ADMINISTRATOR

PLACES = ("inbox", "requests", "board", "sessions", "people", "clinic")


@pytest.fixture(params=[360, 390, 430])
async def phone(context, signed_in, request):
    """Of an administrator, who sees every place."""
    viewport = {"width": request.param, "height": 800}
    return await (
        await context(viewport=viewport, java_script_enabled=False, storage_state=signed_in[ADMINISTRATOR])
    ).new_page()


async def test_all_places_are_seen_whole_and_beside_each_other(phone, system):
    for place in PLACES:
        await phone.goto(f"{system.url}/staff/{place}")
        places = phone.locator(".nav a")
        assert await places.count() == 7

        boxes = []
        for one in await places.all():
            await expect(one).to_be_in_viewport(ratio=1)
            boxes.append(await one.bounding_box())
            assert await one.evaluate("one => one.scrollWidth <= one.clientWidth")
        for before, after in pairwise(boxes):
            assert after["x"] >= before["x"] + before["width"] - 1 or after["y"] >= before["y"] + before["height"] - 1


async def test_every_place_is_reached_by_the_keyboard_and_then_seen(phone, system):
    await phone.goto(f"{system.url}/staff/inbox")
    await phone.locator(".nav a").first.focus()
    for _ in range(6):
        await phone.keyboard.press("Tab")

    last = phone.get_by_role("link", name="Clinic")
    await expect(last).to_be_focused()
    await expect(last).to_be_in_viewport(ratio=1)
