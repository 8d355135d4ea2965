"""A patient says by the links of their letters that they come, and the front desk sees it."""

import asyncio
import re
import time
from datetime import UTC, datetime

import httpx
import pytest
from playwright.async_api import Page, expect

from operations.stack.home import Running
from tests.browser.accessible import assert_accessible, assert_fits
from tests.browser.booking import book
from tests.browser.open_days import open_day
from tests.browser.people import SECONDS, Person

LINK = re.compile(r"https?://\S+/a/coming/[\w-]+/(?:en|es)")
PATIENCE = 60.0
WORDS = {
    "en": {
        "send": "Send my request",
        "booked": "Your consultation is booked",
        "come": "Yes, I am coming",
        "expected": "Thank you. We are expecting you",
        "escort": "Say whether an adult takes you home.",
        "fasting": "I know when to stop eating",
        "not yet": "Not yet",
        "find": "You still need somebody who takes you home",
        "somebody": "Yes, somebody takes me home",
        "again": "Send my answer again",
        "change": "Choose another time, or cancel",
    },
    "es": {
        "send": "Enviar mi solicitud",
        "booked": "Su consulta está reservada",
        "come": "Sí, voy a ir",
        "expected": "Gracias. Le esperamos",
        "escort": "Diga si un adulto le lleva a casa.",
        "fasting": "Sé cuándo dejar de comer",
        "not yet": "Todavía no",
        "find": "Todavía necesita a alguien que le lleve a casa",
        "somebody": "Sí, alguien me lleva a casa",
        "again": "Enviar mi respuesta otra vez",
        "change": "Elegir otra hora o cancelar",
    },
}


async def link(system: Running, person: Person, nth: int) -> str:
    """Of the `nth` letter that asks whether they come, once it is there."""
    deadline = time.monotonic() + PATIENCE
    while len(found := _links(system, person)) < nth:
        assert time.monotonic() < deadline, f"{len(found)} links, not {nth}"
        await asyncio.sleep(0.2)
    return found[nth - 1]


def _links(system: Running, person: Person) -> list[str]:
    """One of each letter that has one, oldest first."""
    answer = httpx.get(f"{system.mail_url}/api/messages", params={"to": person.email}, timeout=60)
    letters = sorted(answer.json(), key=lambda letter: letter["received_at"])
    return [found[0] for letter in letters if (found := LINK.search(letter["text"]))]


async def ask_in(language: str, page: Page, url: str, person: Person) -> None:
    await page.goto(f"{url}/request/short/{language}")
    await page.locator("#name").fill(person.name)
    await page.locator("#email").fill(person.email)
    await page.locator("#consents").check()
    await page.locator("#reasons").check()
    await page.get_by_role("button", name=WORDS[language]["send"]).click()
    await page.get_by_text(WORDS[language]["booked"]).wait_for(timeout=60 * SECONDS)


async def press(page: Page, words: str) -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name=words).click()


@pytest.mark.parametrize(("language", "hour"), [("en", 10), ("es", 13)])
async def test_who_gets_a_letter_says_that_they_come(patient, staff, system, language: str, hour: int):
    person, words = Person.called("Paula Bertin"), WORDS[language]
    await ask_in(language, patient, system.url, person)
    await patient.goto(await link(system, person, 1))
    await assert_accessible(patient)
    await assert_fits(patient)
    await press(patient, words["come"])
    await expect(patient.get_by_role("heading", level=1)).to_have_text(words["expected"])
    await expect(patient.get_by_role("link", name=words["change"])).to_be_visible()

    start = open_day(datetime.now(UTC), 6, hour)
    await book(staff, system, person, start, "Dr. Amara Voss")
    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)
    await patient.goto(await link(system, person, 2))
    await patient.get_by_label(words["fasting"]).check()
    await press(patient, words["come"])
    await expect(patient.get_by_role("alert")).to_contain_text(words["escort"])
    await expect(patient.get_by_label(words["fasting"])).to_be_checked()
    await assert_accessible(patient)
    await assert_fits(patient)
    await patient.get_by_label(words["not yet"], exact=True).check()
    await press(patient, words["come"])
    await expect(patient.get_by_role("heading", name=words["find"])).to_be_visible()
    await assert_accessible(patient)

    await staff.goto(f"{system.url}/staff/board?day={start:%Y-%m-%d}")
    block = staff.locator("[data-item]", has_text=person.name)
    await expect(block).to_contain_text("nobody to take them home yet")
    await assert_accessible(staff)
    await patient.get_by_label(words["somebody"]).check()
    await press(patient, words["again"])
    await expect(patient.get_by_role("heading", level=1)).to_have_text(words["expected"])
    await expect(block).to_contain_text("somebody takes them home")  # nobody loads it again
