"""Every page of a clinic at work: no rule of WCAG A or AA broken, on phone and desk, by day and night; nothing sideways."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page

from tests.browser.accessible import COLOURS, assert_accessible, assert_fits
from tests.browser.clinic_day import ADMINISTRATOR, play_a_day
from tests.browser.pages import PLACES, Place, Who

HEIGHT = 844


@pytest.fixture(scope="session")
async def known(system) -> dict[str, str]:
    return await play_a_day(system)


OpenPlace = Callable[[Place], Awaitable[Page]]


@pytest.fixture
async def open_place(context, signed_in, known, system) -> OpenPlace:
    cookies = {"front-desk": signed_in[system.staff_email], "administrator": signed_in[ADMINISTRATOR]}

    async def open_it(place: Place) -> Page:
        made = await context(reduced_motion="reduce", storage_state=cookies.get(place.who))
        page = await made.new_page()
        await place.open(page, _site(place.who, system), known)
        return page

    return open_it


def _site(who: Who, system) -> str:
    return system.mail_url if who == "mail" else system.url


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_page(open_place, place):
    page = await open_place(place)

    for width in (1280, 390):
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await assert_fits(page)
        await page.emulate_media(color_scheme="light")
        await assert_accessible(page)
        await page.emulate_media(color_scheme="dark")
        await assert_accessible(page, COLOURS)
    await page.set_viewport_size({"width": 320, "height": HEIGHT})
    await assert_fits(page)
