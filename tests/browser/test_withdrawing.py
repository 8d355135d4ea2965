"""A patient withdraws by the link; everybody who was told of the time is told that it is off."""

from playwright.async_api import expect

from tests.browser.accessible import assert_accessible
from tests.browser.mailbox import invitations, see_email
from tests.browser.people import Person, ask, until_scheduled


async def test_withdrawing_ends_it_everywhere(patient, staff, context, system):
    person = Person.called("Tomasz Wilk")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    inbox = f"{system.url}/staff/inbox"
    await staff.goto(inbox)
    row = staff.locator("[data-item]", has_text=person.name)
    await expect(row).to_contain_text("Booked")
    mail = await (await context()).new_page()
    await see_email(mail, system, person, "Your appointment on")

    await patient.get_by_role("link", name="Withdraw my request").click()
    await patient.get_by_role("button", name="Withdraw my request").click()

    await expect(patient.get_by_role("heading", level=1)).to_have_text("Your request is withdrawn")
    await expect(row).to_contain_text("Withdrawn")
    await see_email(mail, system, person, "Cancelled: your appointment on")
    asked, cancelled = invitations(system, person)
    assert (asked.method, cancelled.method) == ("REQUEST", "CANCEL")
    assert asked.uid == cancelled.uid
    assert cancelled.sequence > asked.sequence
    for word in ("ketamine", "infusion", "depression", "psych"):
        assert word not in f"{asked.title} {cancelled.title}".lower()


async def test_in_spanish_the_page_changes_by_itself_and_withdraws(patient, system):
    mine = await ask(patient, system.url, Person.called("Lucía Solís"))
    await patient.goto(f"{mine}/es")
    await patient.get_by_text("Su consulta está reservada").wait_for()
    await expect(patient.locator(".live-on")).to_have_text("Al día")

    await patient.get_by_role("link", name="Retirar mi solicitud").click()
    await patient.get_by_role("button", name="Retirar mi solicitud").click()

    await expect(patient.get_by_role("heading", level=1)).to_have_text("Su solicitud está retirada")
    assert patient.url == f"{mine}/es"
    await assert_accessible(patient)


async def test_keeping_it_changes_nothing(patient, system):
    mine = await ask(patient, system.url, Person.called("Vera Bleibt"))
    await until_scheduled(patient)
    await patient.get_by_role("link", name="Withdraw my request").click()

    await patient.get_by_role("link", name="Keep it").click()

    await patient.wait_for_url(mine)
    await until_scheduled(patient)


async def test_staff_withdraw_for_a_patient(patient, staff, system):
    person = Person.called("Oskar Anruf")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    await staff.goto(f"{system.url}/staff/requests")
    await staff.get_by_role("link", name=person.name).click()

    await staff.get_by_text("Withdraw on the patient’s behalf").click()
    await staff.get_by_role("button", name="Withdraw TSC-").click()

    await expect(staff.locator("#request")).to_contain_text("Withdrawn")
    await expect(patient.get_by_role("heading", level=1)).to_have_text("Your request is withdrawn")
