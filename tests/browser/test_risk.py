"""Somebody names thoughts of suicide: help at once for them, an alert above everything for the staff."""

from playwright.async_api import expect

from tests.browser.people import Person, ask

TITLE = "Help is there right now"


async def test_help_comes_first_and_the_alert_stands_until_somebody_takes_it(patient, staff, system):
    await staff.goto(f"{system.url}/staff/inbox")
    person = Person.called("Noor Haddad")
    await ask(patient, system.url, person, "Thoughts of suicide")

    help_now = patient.get_by_role("heading", name=TITLE)
    await expect(help_now).to_be_in_viewport()
    await expect(patient.get_by_role("link", name="Call 988")).to_be_in_viewport()

    alert = staff.locator(".alarm", has_text=person.name)
    await expect(alert).to_contain_text("Risk, not assessed")
    rest = staff.locator("#inbox-list > :not(.alarm)").first
    if await rest.count():
        above, below = await alert.bounding_box(), await rest.bounding_box()
        assert above is not None
        assert below is not None
        assert above["y"] < below["y"]

    await staff.reload()
    await alert.get_by_role("button", name="Acknowledge").click()

    await expect(alert).to_have_count(0)
    await staff.goto(f"{system.url}/staff/requests")
    await staff.get_by_role("link", name=person.name).click()
    await expect(staff.locator("#request")).to_contain_text("was taken by Rita Imura")


async def test_the_alert_leads_to_the_request_and_shows_in_its_own_view(patient, staff, system):
    person = Person.called("Ebba Falk")
    await ask(patient, system.url, person, "Thoughts of suicide", "Depression")
    await staff.goto(f"{system.url}/staff/inbox?view=risk")
    await staff.locator(".alarm").get_by_role("link", name=person.name).click()

    await expect(staff.locator("#request")).to_contain_text("not yet assessed")
    await staff.goto(f"{system.url}/staff/inbox?view=risk")
    await staff.locator(".alarm", has_text=person.name).get_by_role("button", name="Acknowledge").click()
    await expect(staff.locator(".alarm", has_text=person.name)).to_have_count(0)
