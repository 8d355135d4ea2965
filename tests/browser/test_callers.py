"""Somebody phones in and has neither e-mail nor mobile: nobody's blind spot."""

from playwright.async_api import expect

from tests.browser.people import Person


async def test_a_caller_without_any_channel_becomes_a_task_to_phone(staff, system):
    person = Person.called("Walter Ohnenetz")
    await staff.goto(f"{system.url}/staff/inbox")
    await staff.get_by_role("link", name="New request").click()
    await staff.get_by_role("textbox", name="Name").fill(person.name)
    await staff.get_by_label("Chronic pain").check()
    await staff.get_by_role("button", name="Save the request").click()

    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)
    await expect(staff.locator("#request")).to_contain_text("Phone or meet this patient")
    await expect(staff.locator("#request")).to_contain_text("entered by Rita Imura")

    await staff.goto(f"{system.url}/staff/inbox")
    task = staff.locator("[data-item]", has_text="Phone this patient").filter(has_text=person.name)
    await expect(task.first).to_be_visible()
