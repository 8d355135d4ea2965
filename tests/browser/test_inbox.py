"""The front desk sees what arrives, as it arrives."""

import re

from playwright.async_api import Page, expect

from tests.browser.clinic_day import ADMINISTRATOR
from tests.browser.people import Person, ask, until_scheduled

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
    await expect(row).to_contain_text("Booked")  # what comes later would renew the row under the pointer

    await row.get_by_role("button", name="Acknowledge").click()

    await expect(row).to_have_count(0)
    await staff.get_by_role("link", name="Done").click()
    await expect(row).to_be_visible()
    await expect(row.locator(".who")).to_contain_text("Rita Imura")


async def test_opening_it_marks_it_as_read(patient, staff, system):
    person = Person.called("Samir Okafor")
    await ask(patient, system.url, person)
    await open_inbox(staff, system.url)
    row = staff.locator("[data-item]", has_text=person.name)
    await expect(row).to_contain_text("Booked")  # that would be news again
    await row.get_by_role("link", name=person.name).click()

    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)
    assert "/staff/requests/" in staff.url

    await open_inbox(staff, system.url)
    await expect(row).to_be_visible()
    await expect(row).not_to_have_class(re.compile("unread"))


async def test_of_two_people_one_is_shown_that_the_other_was_faster(patient, staff, context, signed_in, system):
    person = Person.called("Greta Lind")
    await ask(patient, system.url, person)
    await open_inbox(staff, system.url)
    row = staff.locator("[data-item]", has_text=person.name)
    await expect(row).to_contain_text("Booked")
    # Without scripts it stays as it is: a screen that somebody left open.
    left_open = await (await context(java_script_enabled=False, storage_state=signed_in[ADMINISTRATOR])).new_page()
    await left_open.goto(f"{system.url}/staff/inbox")
    await row.get_by_role("button", name="Acknowledge").click()
    await expect(row).to_have_count(0)

    await left_open.get_by_role("button", name=f"Acknowledge {person.name}").click()

    await expect(left_open.get_by_text("Rita Imura was faster")).to_be_visible()


async def test_what_somebody_opened_stays_open_when_news_come(patient, staff, context, system):
    person = Person.called("Nils Offen")
    mine = await ask(patient, system.url, person)
    await until_scheduled(patient)
    other = await (await context()).new_page()
    await other.goto(f"{mine}/withdraw")

    await staff.goto(f"{system.url}/staff/inbox/messages")
    await staff.locator(LIVE).wait_for(state="attached")
    rows = staff.locator("#messages-list > ul > li", has_text=person.name)
    message = rows.filter(has_text="Time of the consultation")
    await message.locator("summary").click()
    await other.get_by_role("button", name="Withdraw my request").click()

    await expect(rows.filter(has_text="Cancellation of the consultation")).to_be_visible()
    await expect(message.locator("details")).to_have_attribute("open", "")
