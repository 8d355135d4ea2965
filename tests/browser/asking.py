"""Somebody goes through the pages of a request: what they press on each, in either language."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

MOST_PAGES = 60
Look = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """No look at the pages on the way."""


async def go_through(page: Page, url: str, language: str, reason: str, look: Look = nothing) -> None:
    """From the first question to the page where everything is shown once more. `look` is called on each."""
    await page.goto(f"{url}/request/{language}")
    for _ in range(MOST_PAGES):
        await look()
        if page.url.endswith("/check"):
            return
        await answer(page, page.url.rpartition("/")[2], reason)
        async with page.expect_navigation():
            await page.locator("main form .btn-primary").press("Enter")
    raise AssertionError(f"{page.url} is not the end")


async def answer(page: Page, slug: str, reason: str) -> None:
    match slug:
        case "born":
            for part, typed in (("month", "7"), ("day", "19"), ("year", "1984")):
                await page.locator(f"[name=born_{part}]").fill(typed)
        case "name":
            await page.locator("#name").fill("Inés Marchetti")
        case "contact":
            await page.locator("#email").fill("ines@example.com")
            await page.locator("#consents").check()
        case "reasons":
            await page.locator(f"[value={reason}]").check()
        case "when":
            pass
        case "consent":
            await page.locator("#agreed").check()
        case _:
            for question in await page.locator("main fieldset").all():
                await question.locator("input").first.check()
