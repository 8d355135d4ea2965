"""The line of requests at the front desk, and a clinician who decides meanwhile."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.clinic_day import CLINICIAN
from tests.browser.conftest import DESK
from tests.browser.people import Person, ask, until_scheduled

LIVE = "html[data-live=on]"


@pytest.fixture
async def clinician(context, signed_in) -> Page:
    return await (await context(**DESK, storage_state=signed_in[CLINICIAN])).new_page()


async def find(staff: Page, url: str, typed: str) -> None:
    await staff.goto(f"{url}/staff/requests")
    await staff.get_by_label("Find somebody").fill(typed)
    async with staff.expect_navigation():
        await staff.get_by_role("button", name="Find").click()


async def opened(staff: Page, url: str, person: Person) -> None:
    """By the search, as soon as it recognises them."""
    for _ in range(20):
        await find(staff, url, person.email)
        if "/staff/requests/search" not in staff.url:
            break
        await staff.wait_for_timeout(1000)
    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)


async def test_somebody_is_found_by_their_address_and_stands_in_no_url(patient, staff, system):
    person = Person.called("Mira Halloran")
    await ask(patient, system.url, person)

    await opened(staff, system.url, person)

    assert person.email not in staff.url


async def test_a_part_of_a_name_finds_nobody_and_says_why(staff, system):
    await find(staff, system.url, "Nobody Atall")

    await expect(staff.get_by_role("heading", name="Nobody was found")).to_be_visible()


async def test_a_filter_narrows_the_line_and_j_opens_what_is_left(patient, staff, system):
    person = Person.called("Olu Adeyemi")
    await ask(patient, system.url, person, "OCD")
    await staff.goto(f"{system.url}/staff/requests")
    await staff.get_by_text("Filter", exact=True).click()
    await staff.get_by_label("What for").select_option("OCD")
    await staff.get_by_role("button", name="Show").click()
    row = staff.locator("[data-item]", has_text=person.name)
    await expect(row).to_be_visible()

    await staff.locator("body").press("j")

    await expect(staff.locator("[data-open]:focus")).to_have_count(1)


async def test_what_a_clinician_declines_changes_under_the_eyes_of_the_desk_and_of_the_patient(
    patient, staff, clinician, system
):
    person = Person.called("Greta Lind")
    mine = await ask(patient, system.url, person)
    await until_scheduled(patient)
    await opened(staff, system.url, person)
    await staff.locator(LIVE).wait_for(state="attached")
    await expect(staff.get_by_text("Declining is for a clinician to decide.")).to_be_visible()

    await clinician.goto(f"{staff.url}/decline")
    await clinician.get_by_label("Other care fits better").check()
    await clinician.get_by_role("button", name="Decline").click()

    await expect(clinician.locator("#request")).to_contain_text("Declined it: other care fits better")
    await expect(staff.locator("#request")).to_contain_text("Declined")
    await patient.goto(mine)
    await expect(patient.get_by_role("heading", level=1)).to_have_text("We cannot offer you an appointment here")


async def test_a_button_pressed_too_late_does_nothing_and_shows_what_happened(
    patient, staff, clinician, context, signed_in, system
):
    person = Person.called("Nils Spaet")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    await opened(staff, system.url, person)
    # Without scripts it stays as it is: a screen that somebody left open.
    left_open = await (await context(java_script_enabled=False, storage_state=signed_in[CLINICIAN])).new_page()
    await left_open.goto(f"{staff.url}/decline")
    await staff.get_by_text("Withdraw on the patient").click()
    await staff.get_by_role("button", name="Withdraw TSC").click()
    await expect(staff.locator("#request")).to_contain_text("Withdrew it")

    await left_open.get_by_label("Not offered here").check()
    await left_open.get_by_role("button", name="Decline").click()

    await expect(left_open.get_by_text("Somebody was faster")).to_be_visible()
    await expect(left_open.locator("#request")).to_contain_text("Withdrew it")
