"""An appointment is changed by the patient: from the letter about a time that was gone, and from their own page."""

import re
from datetime import datetime

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessible import assert_accessible, assert_fits
from tests.browser.asking import answer
from tests.browser.changing import Letters, end_holds, fill_up
from tests.browser.open_days import ZONE
from tests.browser.people import SECONDS, Person, ask, until_scheduled

WORDS = {
    "en": {
        "keep": "Keep this time for me",
        "go_on": "Continue",
        "send": "Send my request",
        "booked": "Your consultation is booked",
        "gone": "was gone when your request reached us",
        "moved": "Your appointment has the time you chose",
        "subject": "Your appointment",
    },
    "es": {
        "keep": "Guárdenme esta hora",
        "go_on": "Continuar",
        "send": "Enviar mi solicitud",
        "booked": "Su consulta está reservada",
        "gone": "ya no estaba libre cuando nos llegó su solicitud",
        "moved": "Su cita tiene la hora que eligió",
        "subject": "Su cita",
    },
}


async def to_the_times(page: Page, url: str, language: str, person: Person) -> None:
    await page.goto(f"{url}/request/{language}")
    while not (slug := page.url.rpartition("/")[2]).endswith("when"):
        if slug == "name":
            await page.locator("#name").fill(person.name)
        elif slug == "contact":
            await page.locator("#email").fill(person.email)
            await page.locator("#consents").check()
        else:
            await answer(page, slug, "chronic-pain")
        async with page.expect_navigation():
            await page.locator("main form .btn-primary").click()


async def choose(page: Page, nth: int) -> datetime:
    choice = page.locator("label:has(input[name=start])").nth(nth)
    start = await choice.locator("input").get_attribute("value")
    assert start is not None
    await choice.click()
    return datetime.fromisoformat(start).astimezone(ZONE)


async def keep_the_last_time(page: Page, language: str) -> datetime:
    start = await choose(page, -1)
    await page.get_by_role("button", name=WORDS[language]["keep"]).click()
    await expect(page.locator("div#times-hold")).to_be_visible()
    return start


async def go_on_to_the_check(page: Page, language: str) -> None:
    """From the page that asks when."""
    while not await page.get_by_role("button", name=WORDS[language]["send"]).count():
        async with page.expect_navigation():
            await page.get_by_role("button", name=WORDS[language]["go_on"]).click()
        if await page.locator("#agreed").count():
            await page.locator("#agreed").check()


async def send(page: Page, language: str) -> None:
    await page.get_by_role("button", name=WORDS[language]["send"]).click()
    await page.get_by_text(WORDS[language]["booked"]).wait_for(timeout=60 * SECONDS)


async def say_born(page: Page, day: str = "19") -> None:
    for part, typed in (("day", day), ("month", "7"), ("year", "1984")):
        await page.locator(f"[name=born_{part}]").fill(typed)
    async with page.expect_navigation():
        await page.locator("main form .btn-primary").click()


async def take(page: Page, nth: int = 0) -> datetime:
    start = await choose(page, nth)
    async with page.expect_navigation():
        await page.locator("main form .btn-primary").click()
    return start


async def expect_appointment(page: Page, at: datetime) -> None:
    shown = re.compile(f"^{at:%Y-%m-%dT%H:%M}")
    await expect(page.locator(".when time")).to_have_attribute("datetime", shown)


async def open_from_own_page(page: Page, url: str, person: Person) -> None:
    await ask(page, url, person)
    await until_scheduled(page)
    async with page.expect_navigation():
        await page.get_by_role("button", name="Choose another time").click()
    await expect(page.get_by_role("heading", name="Your appointment")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_time_that_was_gone_is_changed_by_the_letter(patient, system, language: str):
    person, words = Person.called("Marlene Frist"), WORDS[language]
    await to_the_times(patient, system.url, language, person)
    wished = await keep_the_last_time(patient, language)
    await go_on_to_the_check(patient, language)
    await end_holds(system, wished)
    await fill_up(system, wished)
    await send(patient, language)
    mine = patient.url

    await patient.goto(await Letters(system, person).link())
    await assert_accessible(patient)
    await assert_fits(patient)
    await say_born(patient)
    await expect(patient.get_by_text(words["gone"])).to_be_visible()
    await expect(patient.locator("fieldset").first.locator("input[name=start]")).to_have_count(3)
    await assert_accessible(patient)
    await assert_fits(patient)
    at = await take(patient)

    await expect(patient.get_by_role("status")).to_contain_text(words["moved"])
    await expect_appointment(patient, at)
    await patient.goto(mine)
    await expect_appointment(patient, at)
    booked, moved = await Letters(system, person).invitations(2)
    assert (moved.method, moved.uid) == ("REQUEST", booked.uid)
    assert moved.sequence == booked.sequence + 1


async def test_from_the_own_page_a_time_is_taken_then_cancelled(patient, staff, system):
    person = Person.called("Hanna Umplan")
    await open_from_own_page(patient, system.url, person)
    at = await take(patient, 4)
    await expect(patient.get_by_role("status")).to_contain_text(WORDS["en"]["moved"])
    booked, moved = await Letters(system, person).invitations(2)
    assert (moved.uid, moved.sequence) == (booked.uid, booked.sequence + 1)
    row = staff.locator("[data-item]", has_text=person.name)
    await staff.goto(f"{system.url}/staff/inbox")
    await expect(row).to_contain_text(f"Booked for {at:%a, %b %-d, %H:%M}")

    await patient.get_by_role("link", name="Cancel the appointment").click()
    await assert_accessible(patient)
    await patient.get_by_label("I have found other help").check()
    await patient.get_by_role("button", name="Yes, cancel it").click()

    await expect(patient.get_by_role("heading", level=1)).to_have_text("Your appointment is cancelled")
    *_, last = await Letters(system, person).invitations(3)
    assert (last.method, last.uid) == ("CANCEL", booked.uid)


async def test_a_time_that_somebody_else_took_meanwhile_leaves_what_was_there(patient, system):
    person = Person.called("Zweite Siegerin")
    await open_from_own_page(patient, system.url, person)
    had = await patient.locator(".when").inner_text()
    await fill_up(system, await choose(patient, -1))
    await patient.get_by_role("button", name="Take this time").click()

    await expect(patient.get_by_role("alert")).to_contain_text("Somebody else has just taken that time")
    assert await patient.locator(".when").inner_text() == had
    await assert_accessible(patient)
    await take(patient)
    await expect(patient.get_by_role("status")).to_contain_text(WORDS["en"]["moved"])


async def test_five_wrong_answers_close_the_link_and_a_new_one_comes_by_mail(patient, system):
    person = Person.called("Fremde Hand")
    await to_the_times(patient, system.url, "en", person)
    wished = await keep_the_last_time(patient, "en")
    await go_on_to_the_check(patient, "en")
    await end_holds(system, wished)
    await fill_up(system, wished)
    await send(patient, "en")
    await patient.goto(await Letters(system, person).link())
    for _ in range(4):
        await say_born(patient, "20")
        await expect(patient.get_by_role("alert")).to_be_visible()
    await say_born(patient, "20")
    await expect(patient.get_by_role("heading", level=1)).to_have_text("This link does not open any more")
    await assert_accessible(patient)

    await patient.get_by_role("button", name="Send me a new link").click()
    await expect(patient.get_by_role("heading", level=1)).to_have_text("A new link is on its way")
    await assert_accessible(patient)

    await patient.goto(await Letters(system, person).link(2))
    await say_born(patient)
    await expect(patient.locator(".when")).to_be_visible()
