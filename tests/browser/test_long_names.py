"""A name that is longer than a phone is wide breaks, and moves nothing out of reach."""

from playwright.async_api import expect

from tests.browser.accessible import assert_fits
from tests.browser.conftest import PHONE
from tests.browser.people import Person, ask, until_scheduled


async def test_a_name_without_a_gap_stays_on_a_phone(context, signed_in, system):
    patient = await (await context()).new_page()
    person = Person.called("Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    phone = await (await context(**PHONE, storage_state=signed_in[system.staff_email])).new_page()

    for page in ("/staff/inbox", "/staff/requests"):
        await phone.goto(system.url + page)
        await expect(phone.get_by_text(person.name).first).to_be_visible()
        await assert_fits(phone)
    request = await phone.get_by_role("link", name=person.name).first.get_attribute("href")
    await phone.goto(f"{system.url}/staff/consultations/of/{request.rsplit('/')[-1]}")
    await phone.get_by_role("link", name="Move, arrive, cancel").click()

    await expect(phone.get_by_role("heading", name=person.name)).to_be_visible()
    await assert_fits(phone)
