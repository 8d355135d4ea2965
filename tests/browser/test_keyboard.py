"""Everything by keyboard only."""

from playwright.async_api import expect

from tests.browser.keys import tab_to
from tests.browser.people import Person, ask, until_scheduled


async def test_a_patient_asks_and_withdraws(context, system):
    page = await (await context(viewport={"width": 1280, "height": 800})).new_page()
    person = Person.called("Keya Tabar")
    await page.goto(system.url)
    await tab_to(page, "Schedule a consultation", "link")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/request/en")
    await tab_to(page, "Prefer everything on one page", "link")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/request/short/en")

    await tab_to(page, "Your name")
    await page.keyboard.type(person.name)
    await tab_to(page, "Email", "textbox")
    await page.keyboard.type(person.email)
    for choice in ("By email", "Depression", "Tuesday", "Morning"):
        await tab_to(page, choice, "checkbox")
        await page.keyboard.press("Space")
    await tab_to(page, "Send my request", "button")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/r/**")
    await until_scheduled(page)

    await tab_to(page, "Withdraw my request", "link")
    await page.keyboard.press("Enter")
    await tab_to(page, "Withdraw my request", "button")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your request is withdrawn")


async def test_the_skip_link_leads_past_the_bar(staff, system):
    await staff.goto(f"{system.url}/staff/inbox")
    await staff.keyboard.press("Tab")
    await expect(staff.get_by_role("link", name="Skip to the content")).to_be_focused()
    await staff.keyboard.press("Enter")
    await staff.keyboard.press("Tab")

    assert await staff.locator("#main :focus").count() == 1


async def test_staff_sign_in_and_acknowledge(patient, context, system):
    person = Person.called("Enno Taste")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    page = await (await context()).new_page()
    await page.goto(f"{system.url}/staff")
    await tab_to(page, "E-mail")
    await page.keyboard.type(system.staff_email)
    await tab_to(page, "Password")
    await page.keyboard.type(system.staff_password)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/staff/inbox")
    row = page.locator("[data-item]", has_text=person.name)
    await expect(row).to_contain_text("Booked")

    while not await row.locator(":focus").count():
        await page.keyboard.press("j")
    await page.keyboard.press("a")

    await expect(row).to_have_count(0)


async def test_enter_opens_what_has_the_focus(patient, staff, system):
    person = Person.called("Ilka Weiter")
    await ask(patient, system.url, person)
    await staff.goto(f"{system.url}/staff/requests")
    await tab_to(staff, person.name, "link")
    await staff.keyboard.press("Enter")

    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)


async def test_a_withdrawal_by_staff_needs_no_mouse(patient, staff, system):
    person = Person.called("Olaf Ohnemaus")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    await staff.goto(f"{system.url}/staff/requests")
    await staff.get_by_role("link", name=person.name).click()
    await staff.locator("summary", has_text="Withdraw on the patient").focus()
    await staff.keyboard.press("Enter")
    await tab_to(staff, "Withdraw TSC-", "button")
    await staff.keyboard.press("Enter")

    await expect(staff.locator("#request")).to_contain_text("Withdrawn")
