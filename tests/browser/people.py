"""What people do on the pages, in the words they see."""

import secrets
from dataclasses import dataclass

from playwright.async_api import Page

from operations.stack.home import Running

SECONDS = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """An invented patient whom no other test has seen."""

    name: str
    email: str

    @classmethod
    def called(cls, name: str) -> "Person":
        mark = secrets.token_hex(3)
        return cls(f"{name} {mark}", f"patient.{mark}@example.com")


async def fill_in(page: Page, person: Person, *reasons: str) -> None:
    """Everything that must be filled in, on the page that is open."""
    await page.get_by_label("Your name").fill(person.name)
    await page.locator("#email").fill(person.email)
    await page.get_by_label("By email").check()
    for reason in reasons or ("Depression",):
        await page.get_by_label(reason).check()


async def ask(page: Page, url: str, person: Person, *reasons: str) -> str:
    """The whole request by the public form; returns the address of the patient's own page."""
    await page.goto(f"{url}/request/short")
    await fill_in(page, person, *reasons)
    await page.get_by_role("button", name="Send my request").click()
    await page.wait_for_url("**/r/**")
    return page.url


async def until_scheduled(page: Page) -> None:
    """The patient's page says so by itself: nothing reloads it."""
    await page.get_by_text("Your consultation is booked").wait_for(timeout=60 * SECONDS)


async def sign_in(page: Page, running: Running, email: str = "") -> None:
    await page.goto(f"{running.url}/staff/sign-in")
    await page.get_by_label("E-mail").fill(email or running.staff_email)
    await page.get_by_label("Password").fill(running.staff_password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/staff/inbox")
