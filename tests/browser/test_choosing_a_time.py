"""A real free time, chosen while a request is filled in, is the time that is booked: with scripts and without."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessible import assert_accessible, assert_fits
from tests.browser.asking import go_through
from tests.browser.conftest import PHONE


class AtTheTimes(Exception):
    """The page that asks when has come."""


async def walk_to_the_times(page: Page, url: str, language: str) -> None:
    async def until_when() -> None:
        if page.url.endswith("/when"):
            raise AtTheTimes

    with pytest.raises(AtTheTimes):
        await go_through(page, url, language, "chronic-pain", until_when)


async def send(page: Page, agree: str, go_on: str, send_it: str) -> None:
    await page.get_by_role("button", name=go_on).click()
    await page.get_by_label(agree).check()
    await page.get_by_role("button", name=go_on).click()
    await page.get_by_role("button", name=send_it).click()
    await page.wait_for_url("**/r/**")


async def test_the_time_that_was_chosen_is_booked(context, system):
    page: Page = await (await context(**PHONE, reduced_motion="reduce")).new_page()
    await walk_to_the_times(page, system.url, "en")
    choice = page.locator("label:has(input[name=start])").nth(2)
    await choice.wait_for()
    await assert_fits(page)
    await assert_accessible(page)
    at = (await choice.inner_text()).strip()
    await choice.click()
    await page.get_by_role("button", name="Keep this time for me").click()
    await expect(page.locator("#times-hold")).to_contain_text("Kept for you until")
    await expect(page.locator("#times-hold")).to_contain_text(at)
    await assert_accessible(page)

    await send(page, "I agree that", "Continue", "Send my request")

    await page.get_by_text("Your consultation is booked").wait_for()
    await expect(page.locator(".when")).to_contain_text(at)


async def test_without_scripts_a_time_is_chosen_on_a_page_of_its_own_and_leads_back(context, system):
    page: Page = await (await context(**PHONE, java_script_enabled=False)).new_page()
    await walk_to_the_times(page, system.url, "es")
    await page.get_by_role("button", name="Ver horas libres").click()
    choice = page.locator("label:has(input[name=start])").nth(1)
    at = (await choice.inner_text()).strip()
    await choice.click()
    await page.locator("[formaction='/a/times/hold']").click()

    await page.wait_for_url("**/es/when?**")
    await expect(page.locator("#free-times")).to_contain_text(at)
    await send(page, "Acepto que", "Continuar", "Enviar mi solicitud")
