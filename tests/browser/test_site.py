"""Somebody reads about the treatment, in their own language, without scripts, a mouse or a wide screen."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessible import assert_fits
from tests.browser.conftest import DESK, PHONE, OpenContext
from tests.browser.keys import tab_to

NARROW = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
async def plain(context: OpenContext) -> Page:
    """A phone that runs no script."""
    return await (await context(**PHONE, java_script_enabled=False)).new_page()


@pytest.fixture
async def spanish(chromium, system) -> AsyncIterator[Page]:
    """A browser that was set to Spanish."""
    async with await chromium.new_context(locale="es-MX", **PHONE) as made:
        yield await made.new_page()


def title(page: Page):
    return page.get_by_role("heading", level=1)


async def test_a_browser_in_spanish_is_answered_in_spanish_on_every_page(spanish, system):
    await spanish.goto(system.url)
    await expect(title(spanish)).to_contain_text("Infusiones de ketamina")

    await spanish.get_by_role("link", name="TEPT").first.click()
    await expect(title(spanish)).to_contain_text("TEPT")
    await spanish.get_by_role("link", name="Cómo es una visita").last.click()

    await expect(title(spanish)).to_have_text("Cómo es una visita")
    await expect(spanish.locator("html")).to_have_attribute("lang", "es")


async def test_without_scripts_the_language_changes_by_a_link_and_the_page_stays(plain, system):
    await plain.goto(f"{system.url}/info/en/after")

    await plain.get_by_role("link", name="Español").click()

    await expect(title(plain)).to_have_text("Después de su visita")
    await plain.get_by_role("link", name="Inicio").click()
    await plain.wait_for_url(f"{system.url}/info/es")


async def test_without_scripts_an_answer_unfolds(plain, system):
    await plain.goto(f"{system.url}/info/en/questions")
    answer = plain.get_by_text("You stay awake, though")
    await expect(answer).to_be_hidden()

    await plain.get_by_text("Will I be asleep?").click()

    await expect(answer).to_be_visible()


async def test_by_keyboard_from_the_first_page_to_a_request(context, system):
    page = await (await context(**DESK)).new_page()
    await page.goto(system.url)
    await tab_to(page, "Pain that stays", "link")
    await page.keyboard.press("Enter")
    await expect(title(page)).to_have_text("Pain that stays")

    await tab_to(page, "Schedule a consultation", "link")
    await page.keyboard.press("Enter")

    await page.wait_for_url("**/request/en")


async def test_help_is_in_view_before_the_words_about_suicide(plain, system):
    await plain.goto(f"{system.url}/info/es/suicidal-ideation")

    await expect(plain.get_by_role("link", name="Llamar ahora")).to_be_in_viewport()
    await expect(plain.get_by_role("link", name="Enviar un mensaje")).to_be_in_viewport()


async def test_the_crisis_line_stays_in_view_on_a_narrow_screen(context, system):
    page = await (await context(**NARROW)).new_page()
    await page.goto(f"{system.url}/info/es/effects")
    await assert_fits(page)

    await page.get_by_role("link", name="Preguntas y respuestas").scroll_into_view_if_needed()

    await expect(page.get_by_role("complementary", name="Ayuda en una crisis")).to_be_in_viewport()


async def test_on_paper_the_answers_are_open_and_the_lists_of_links_gone(context, system):
    page = await (await context(**DESK)).new_page()
    await page.goto(f"{system.url}/info/en/questions")

    await page.emulate_media(media="print")

    await expect(page.get_by_text("You stay awake, though")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Read more")).to_be_hidden()
    await expect(page.get_by_role("contentinfo").get_by_role("link", name="988")).to_be_visible()
