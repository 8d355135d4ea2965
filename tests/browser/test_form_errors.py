"""What is wrong is said beside its field; what was typed stays; the focus is on the summary."""

from playwright.async_api import expect

from tests.browser.people import Person, fill_in


async def test_an_empty_request_says_what_is_missing(patient, system):
    await patient.goto(f"{system.url}/request/short")
    await patient.get_by_role("button", name="Send my request").click()

    summary = patient.locator("#errors")
    await expect(summary).to_be_focused()
    await expect(patient).to_have_title("Error: Schedule a consultation, Tern Street Clinic")
    for field in ("name", "email", "reasons"):
        sentence = await patient.locator(f"#{field}-error").inner_text()
        assert sentence
        await expect(summary).to_contain_text(sentence)
        await summary.get_by_role("link", name=sentence).click()
        assert await patient.evaluate("document.activeElement.name || document.activeElement.id") == field


async def test_what_was_typed_stays_and_can_be_put_right(patient, system):
    person = Person("Anneke 🌷 de Vries", "anneke.example.com")
    await patient.goto(f"{system.url}/request/short")
    await fill_in(patient, person, "Depression", "Pain that stays")
    await patient.get_by_role("textbox", name="Phone").fill("12")
    await patient.get_by_label("Not before").fill("2020-01-01")
    await patient.get_by_role("button", name="Send my request").click()

    for field in ("email", "mobile", "not_before"):
        await expect(patient.locator(f"#{field}-error")).to_be_visible()
    await expect(patient.get_by_label("Your name")).to_have_value(person.name)
    await expect(patient.locator("#email")).to_have_value(person.email)
    await expect(patient.locator("#not_before")).to_have_value("2020-01-01")
    await expect(patient.get_by_label("Pain that stays")).to_be_checked()
    await expect(patient.get_by_label("By email")).to_be_checked()

    await patient.locator("#email").fill("anneke@example.com")
    await patient.get_by_role("textbox", name="Phone").fill("")
    await patient.get_by_label("Not before").fill("")
    await patient.get_by_role("button", name="Send my request").click()
    await patient.wait_for_url("**/r/**")


async def test_staff_forms_say_it_too(staff, system):
    for path, button, fields in (
        ("/staff/requests/new", "Save the request", ("name", "reasons")),
        ("/staff/sessions/new", "Find", ("find",)),
    ):
        await staff.goto(system.url + path)
        await staff.get_by_role("button", name=button).click()
        await expect(staff.locator("#errors")).to_be_focused()
        for field in fields:
            await expect(staff.locator(f"#{field}-error")).to_be_visible()


async def test_an_impossible_day_is_explained(staff, system):
    answer = await staff.goto(f"{system.url}/staff/board?day=2026-02-30")
    assert answer is not None
    assert answer.status == 422
    await expect(staff.get_by_role("alert")).to_contain_text("That day cannot be shown")
