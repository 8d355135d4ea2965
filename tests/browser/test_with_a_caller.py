"""A nurse goes through the whole request with somebody on the phone: by keyboard, without scripts, also when it gets grave."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessible import assert_accessible, assert_fits
from tests.browser.asking import answer
from tests.browser.clinic_day import CLINICIAN
from tests.browser.conftest import DESK, PHONE
from tests.browser.keys import tab_to
from tests.browser.people import Person

MOST_PAGES = 60


@pytest.fixture
async def without_scripts(context, system, signed_in) -> Page:
    return await (
        await context(**DESK, java_script_enabled=False, storage_state=signed_in[system.staff_email])
    ).new_page()


@pytest.fixture
async def clinician(context, signed_in) -> Page:
    return await (await context(**DESK, storage_state=signed_in[CLINICIAN])).new_page()


async def begin(page: Page, url: str, language: str = "English") -> None:
    await page.goto(f"{url}/staff/requests")
    await page.get_by_role("link", name="With a caller").click()
    await page.get_by_role("button", name=f"Begin in {language}").click()
    await page.wait_for_url("**/who")  # what is answered earlier is answered on the page before


async def go_on(page: Page) -> None:
    async with page.expect_navigation():
        await page.locator("main form .btn-primary").press("Enter")


async def walk_to(page: Page, end: str, person: Person, reason: str, *, look=None) -> None:
    """Answers what comes until the page of this name."""
    for _ in range(MOST_PAGES):
        slug = page.url.rpartition("/")[2]
        if look:
            await look()
        if slug == end:
            return
        await answer(page, slug, reason)
        if slug == "name":
            await page.locator("#name").fill(person.name)
        await go_on(page)
    raise AssertionError(f"{page.url} is not {end}")


async def test_the_whole_request_without_scripts_stands_in_the_list_with_who_took_it(without_scripts, system):
    person, page = Person.called("Vilma Anrufer"), without_scripts
    await begin(page, system.url)

    await walk_to(page, "check", person, "chronic-pain")
    await go_on(page)

    await expect(page.get_by_role("heading", level=1)).to_have_text(person.name)
    await expect(page.locator("#request")).to_contain_text("entered by Rita Imura")
    await expect(page.locator("#request")).to_contain_text("Began it with the caller")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_every_page_of_it_fits_and_is_accessible(context, signed_in, system, size):
    page = await (await context(**size, storage_state=signed_in[system.staff_email])).new_page()
    await begin(page, system.url)

    async def look() -> None:
        await assert_fits(page)
        if page.url.rpartition("/")[2] in ("who", "born", "contact", "health-heart", "pain-nrs-1", "when", "check"):
            await assert_accessible(page)

    await walk_to(page, "check", Person.called("Axel Rundum"), "chronic-pain", look=look)


async def test_a_caller_at_risk_is_told_to_staff_at_once_and_the_screener_follows(staff, system):
    """By the reference of the call: who has sent nothing yet is known to nobody here by name."""
    await begin(staff, system.url)
    await walk_to(staff, "reasons", Person.called("Runa Sorge"), "suicidal-ideation")
    reference = await staff.locator(".ref").first.inner_text()

    await answer(staff, "reasons", "suicidal-ideation")
    await go_on(staff)

    await expect(staff.get_by_role("heading", name="Thoughts of suicide: stay on the line")).to_be_in_viewport()
    await expect(staff.get_by_text("I am staying on the phone with you")).to_be_visible()
    assert "/screener-" in staff.url
    await assert_accessible(staff)
    await staff.goto(f"{system.url}/staff/inbox?view=risk")
    await expect(staff.locator(".alarm", has_text=reference)).to_be_visible()


async def test_it_is_paused_and_found_again_by_whom_they_reach_next(staff, clinician, system):
    person = Person.called("Ottilie Rueckruf")
    await begin(staff, system.url)
    await walk_to(staff, "reasons", person, "chronic-pain")
    await staff.get_by_role("link", name="Pause or hand over").click()
    reference = await staff.locator(".ref").first.inner_text()

    await clinician.goto(f"{system.url}/staff/requests")
    await clinician.get_by_role("searchbox").fill(reference)
    await clinician.get_by_role("button", name="Find").click()
    await clinician.get_by_role("link", name="Go on with the caller").click()

    await clinician.wait_for_url("**/reasons")


async def test_the_caller_goes_on_alone_by_the_link_that_is_mailed(staff, patient, system):
    person = Person.called("Emil Weiter")
    await begin(staff, system.url)
    await walk_to(staff, "reasons", person, "chronic-pain")
    await staff.get_by_role("link", name="Pause or hand over").click()
    await staff.get_by_role("button", name="Send them the link").click()
    await expect(staff.get_by_text("The link is on its way to the caller.")).to_be_visible()


async def test_by_keyboard_only(staff, system):
    await begin(staff, system.url)
    await tab_to(staff, "For me", "radio")
    await staff.keyboard.press("Space")
    await tab_to(staff, "Continue", "button")
    async with staff.expect_navigation():
        await staff.keyboard.press("Enter")

    assert staff.url.endswith("/born")
