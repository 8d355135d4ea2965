"""The front desk sees what arrives, as it arrives."""

import re

from playwright.async_api import Page, expect

from tests.browser.people import Person, ask

LIVE = "html[data-live=on]"


async def open_inbox(staff: Page, url: str) -> None:
    await staff.goto(f"{url}/staff/inbox")
    await staff.locator(LIVE).wait_for(state="attached")


async def unread(staff: Page) -> int:
    """As the bar says it."""
    words = await staff.locator(".nav .count").inner_text()
    return int(re.sub(r"\D", "", words) or 0)


async def test_a_request_arrives_by_itself_and_the_count_rises(patient, staff, system):
    await open_inbox(staff, system.url)
    before = await unread(staff)
    person = Person.called("Mira Halloran")

    await ask(patient, system.url, person, "Anxiety", "PTSD")

    await expect(staff.locator("[data-item]", has_text=person.name)).to_be_visible()
    await expect(staff.locator(".nav .count")).to_contain_text(str(before + 1))
    await expect(staff).to_have_title(re.compile(rf"^\({before + 1}\) "))


async def test_acknowledging_by_the_button_moves_it_to_done(patient, staff, system):
    person = Person.called("Piet Janssen")
    await ask(patient, system.url, person)
    await open_inbox(staff, system.url)
    row = staff.locator("[data-item]", has_text=person.name)

    await row.get_by_role("button", name="Acknowledge").click()

    await expect(row).to_have_count(0)
    await staff.get_by_role("link", name="Done").click()
    await expect(row).to_be_visible()
    await expect(row.locator(".who")).to_contain_text("Rita Imura")


async def test_opening_it_marks_it_as_read(patient, staff, system):
    person = Person.called("Samir Okafor")
    await ask(patient, system.url, person)
    await open_inbox(staff, system.url)
    await staff.get_by_role("link", name=person.name).click()

    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)
    assert "/staff/requests/" in staff.url

    await open_inbox(staff, system.url)
    row = staff.locator("[data-item]", has_text=person.name)
    await expect(row).to_be_visible()
    await expect(row).not_to_have_class(re.compile("unread"))


async def test_of_two_people_one_is_shown_that_the_other_was_faster(patient, staff, context, signed_in, system):
    person = Person.called("Greta Lind")
    await ask(patient, system.url, person)
    other = await (await context(storage_state=signed_in["ada.lindqvist@ternstreet.example"])).new_page()
    row = "[data-item]", person.name
    for page in (staff, other):
        await open_inbox(page, system.url)
        await expect(page.locator(row[0], has_text=row[1])).to_contain_text("Booked")
    # The second page stays as it is: a screen that somebody left open while the network was gone.
    await other.context.set_offline(True)
    await staff.locator(row[0], has_text=row[1]).get_by_role("button", name="Acknowledge").click()
    await expect(staff.locator(row[0], has_text=row[1])).to_have_count(0)
    await other.route("**/staff/inbox/list*", lambda route: route.abort())
    await other.context.set_offline(False)

    await other.locator(row[0], has_text=row[1]).get_by_role("button", name="Acknowledge").click()

    await expect(other.get_by_text("Rita Imura was faster")).to_be_visible()


async def test_a_page_whose_service_rests_says_that_it_is_not_up_to_date(staff, system):
    await open_inbox(staff, system.url)

    await staff.context.set_offline(True)
    await staff.evaluate("document.querySelector('[data-live-source]')._htmx?.sse?.close?.()")
    await staff.context.set_offline(False)

    await staff.locator(LIVE).wait_for(state="attached")
