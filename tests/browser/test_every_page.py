"""Every page of a clinic at work: no rule of WCAG A or AA broken, on phone and desk, by day and night; nothing sideways."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, Route

from tests.browser.accessible import assert_accessible_to_all
from tests.browser.clinic_day import ADMINISTRATOR, CLINICIAN, play_a_day
from tests.browser.pages import PLACES, Place, Who
from tests.browser.watch import Watch, hosts_of


@pytest.fixture(scope="module")
async def known(system) -> dict[str, str]:
    return await play_a_day(system)


@pytest.fixture(scope="module")
async def seen(system) -> Watch:
    return Watch(hosts_of(system))


@pytest.fixture(scope="module")
async def browsers(system, chromium, signed_in, seen) -> AsyncIterator[dict[Who, Page]]:
    """One browser for each kind of person: like theirs, it has loaded styles and fonts once."""
    cookies = {
        "front-desk": signed_in[system.staff_email],
        "clinician": signed_in[CLINICIAN],
        "administrator": signed_in[ADMINISTRATOR],
    }
    pages: dict[Who, Page] = {}
    for who in {place.who for place in PLACES}:
        context = await chromium.new_context(locale="en-US", reduced_motion="reduce", storage_state=cookies.get(who))
        seen.attach(context)
        pages[who] = await context.new_page()
    yield pages
    for page in pages.values():
        await page.context.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_page(browsers, known, seen, system, place: Place):
    page = browsers[place.who]
    await place.open(page, system.mail_url if place.who == "mail" else system.url, known)

    await assert_accessible_to_all(page)
    seen.expect_silence()


@pytest.mark.parametrize(
    ("path", "press"), [("{request}/decline", "Decline"), ("{consultation}", ""), ("{request}/story", "")]
)
async def test_page_whose_parts_from_other_services_have_not_come(chromium, known, signed_in, system, path, press):
    who = ADMINISTRATOR if path.endswith("story") else CLINICIAN
    context = await chromium.new_context(locale="en-US", reduced_motion="reduce", storage_state=signed_in[who])
    await context.route(lambda _: True, leave_parts_unanswered)
    page = await context.new_page()
    await page.goto(system.url + path.format(**known))
    if press:
        async with page.expect_navigation():
            await page.get_by_role("button", name=press).click()
    await page.locator(".asks:visible").first.wait_for()

    await assert_accessible_to_all(page)
    await context.close()


async def leave_parts_unanswered(route: Route) -> None:
    if "hx-request" not in route.request.headers:
        await route.continue_()
