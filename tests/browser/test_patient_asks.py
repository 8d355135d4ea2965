"""A patient asks for a consultation on a phone, and sees what becomes of it."""

from playwright.async_api import expect

from tests.browser.people import Person, ask, fill_in, until_scheduled
from tests.browser.system import resting


async def test_received_turns_into_scheduled_without_a_reload(patient, system):
    person = Person.called("Ines Marchetti")
    with resting(system, "scheduling"):
        await ask(patient, system.url, person)
        await patient.get_by_role("heading", name="We are finding your time").wait_for()
        await patient.evaluate("document.body.dataset.visit = 'the same'")

    await until_scheduled(patient)

    assert await patient.evaluate("document.body.dataset.visit") == "the same"
    assert await patient.get_by_text("Denver time").is_visible()
    assert not await patient.get_by_text("finding your time").is_visible()


async def test_two_clicks_make_one_request(patient, staff, system):
    person = Person.called("Dorothea Zweimal")
    await patient.goto(f"{system.url}/request/short")
    await fill_in(patient, person)
    await patient.get_by_role("button", name="Send my request").dblclick()
    await patient.wait_for_url("**/r/**")

    await staff.goto(f"{system.url}/staff/requests")

    assert await staff.get_by_role("link", name=person.name).count() == 1


async def test_going_back_and_sending_again_leads_to_the_same_request(patient, staff, system):
    person = Person.called("Ruth Nochmal")
    first = await ask(patient, system.url, person)

    await patient.go_back()
    await patient.get_by_role("button", name="Send my request").click()

    await patient.wait_for_url(first)
    await staff.goto(f"{system.url}/staff/requests")
    assert await staff.get_by_role("link", name=person.name).count() == 1


async def test_going_back_and_sending_something_else_is_asked_about(patient, system):
    person = Person.called("Paula Anders")
    await ask(patient, system.url, person)

    await patient.go_back()
    await patient.get_by_label("Anxiety").check()
    await patient.get_by_role("button", name="Send my request").click()

    await expect(patient.locator("#errors")).to_contain_text("You have already sent this form, with other answers.")


async def test_crisis_help_stands_on_every_public_page(patient, system):
    mine = await ask(patient, system.url, Person.called("Lena Sommer"))
    for path in (
        f"{system.url}/",
        f"{system.url}/request",
        f"{system.url}/request/short",
        mine,
        f"{mine}/withdraw",
        f"{system.url}/r/unknown",
    ):
        await patient.goto(path)
        help_now = patient.locator("a[href='tel:988']").first
        assert await help_now.is_visible(), path


async def test_names_are_shown_as_they_were_written(patient, staff, system):
    for written in ("ليلى حدّاد", "Zoë 🌻 O’Shea"):
        person = Person.called(written)
        name = person.name
        await ask(patient, system.url, person)
        await until_scheduled(patient)

        await staff.goto(f"{system.url}/staff/requests")
        shown = staff.locator("bdi", has_text=name).first
        assert await shown.inner_text() == name
        rtl = await shown.evaluate("name => getComputedStyle(name).unicodeBidi")
        assert rtl == "isolate"
        await staff.get_by_role("link", name=name).click()
        await expect(staff.get_by_role("heading", level=1)).to_have_text(name)
