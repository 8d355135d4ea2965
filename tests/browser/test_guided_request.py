"""The request, one question a page: by keyboard only, without scripts, on a narrow screen, read aloud, in both languages."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessible import assert_accessible, assert_accessible_to_all, assert_fits
from tests.browser.asking import go_through
from tests.browser.conftest import DESK, PHONE
from tests.browser.keys import tab_to

NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
WORDS = {
    "en": ("Send my request", "Continue", "Check your answers", "Call 988"),
    "es": ("Enviar mi solicitud", "Continuar", "Revise sus respuestas", "Llamar al 988"),
}
OWN_PAGE = {"en": "Keep this page’s address to yourself", "es": "No comparta la dirección de esta página"}
BY_KEYBOARD = {
    "en": [
        ["For me"],
        [("Month", "7"), ("Day", "19"), ("Year", "1984")],
        [("What is your name?", "Keya Tabar")],
        [("Email", "keya@example.com"), "By email"],
        ["Pain that stays"],
    ],
    "es": [
        ["Para mí"],
        [("Día", "19"), ("Mes", "7"), ("Año", "1984")],
        [("¿Cómo se llama?", "Keya Tabar")],
        [("Correo electrónico", "keya@example.com"), "Por correo electrónico"],
        ["Dolor que no se va"],
    ],
}
"""What is typed and chosen on the pages before those about health, in the order of the page."""


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_request_by_keyboard_only_without_scripts_on_a_narrow_screen(context, system, language: str):
    send, go_on, heading, _ = WORDS[language]
    page: Page = await (await context(**NARROW, java_script_enabled=False)).new_page()
    await page.goto(f"{system.url}/request/{language}")

    for fields in BY_KEYBOARD[language]:
        for field in fields:
            if isinstance(field, str):
                await tab_to(page, field, "radio" if "/g/" not in page.url else "checkbox")
                await page.keyboard.press("Space")
            else:
                await tab_to(page, field[0], "textbox")
                await page.keyboard.type(field[1])
        await press(page, go_on)
    while not page.url.endswith("/check"):
        await answer_each_question(page)
        await press(page, go_on)
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    await press(page, send)

    await page.wait_for_url("**/r/**")
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await expect(page.get_by_text(OWN_PAGE[language])).to_be_visible()
    await assert_fits(page)


async def answer_each_question(page: Page) -> None:
    """Tab leads from group to group, Space chooses its first answer; one box is a group by itself."""
    await assert_fits(page)
    if page.url.endswith("/when"):
        return
    groups = page.locator("main fieldset, main .choices:has(#agreed)")
    for nth in range(await groups.count()):
        while not await groups.nth(nth).locator(":focus").count():
            await page.keyboard.press("Tab")
        await page.keyboard.press("Space")


async def press(page: Page, button: str) -> None:
    await tab_to(page, button, "button")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_page_on_the_way_breaks_a_rule_of_accessibility(context, system, language: str):
    """With thoughts of suicide: then every kind of page comes, and help stands on all that follow."""
    page: Page = await (await context(**DESK, reduced_motion="reduce")).new_page()
    kinds: set[str] = set()

    async def look() -> None:
        kind = page.url.rpartition("/")[2].rstrip("0123456789")
        if kind in kinds:
            return
        kinds.add(kind)
        await assert_accessible_to_all(page)

    await go_through(page, system.url, language, "suicidal-ideation", look)
    await page.get_by_role("button", name=WORDS[language][0]).click()
    await page.get_by_text(OWN_PAGE[language]).wait_for()
    await look()

    assert {"born", "name", "contact", "reasons", "screener-wish", "health-body", "phq-9-", "when", "check"} <= kinds


async def test_what_is_wrong_is_said_first_and_leads_to_its_field(context, system):
    page: Page = await (await context(**PHONE)).new_page()
    await page.goto(f"{system.url}/request/es")
    await page.get_by_label("Para mí").check()
    for _ in range(2):
        async with page.expect_navigation():
            await page.get_by_role("button", name="Continuar").click()

    await expect(page.locator("#errors")).to_be_focused()
    await expect(page).to_have_title("Error: Fecha de nacimiento, Tern Street Clinic")
    await page.locator("#errors a").click()

    assert await page.evaluate("document.activeElement.name") == "born_day"
    await assert_accessible(page)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_help_is_in_view_on_the_page_after_the_answer_that_shows_a_risk(context, system, language: str):
    page: Page = await (await context(**PHONE, java_script_enabled=False)).new_page()

    async def until_safety_is_asked() -> None:
        if "/screener-" in page.url:
            raise ReachedError

    with pytest.raises(ReachedError):
        await go_through(page, system.url, language, "suicidal-ideation", until_safety_is_asked)

    await expect(page.get_by_role("link", name=WORDS[language][3])).to_be_in_viewport()


class ReachedError(Exception):
    """The page that was looked for."""
