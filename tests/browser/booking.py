"""A session by hand, as the front desk books it and writes down its end."""

from datetime import datetime, timedelta

from playwright.async_api import Page

from operations.stack.home import Running
from tests.browser.people import Person


async def book(staff: Page, running: Running, person: Person, start: datetime, prescriber: str) -> None:
    """By the form, to the session's own page. The session may lie in the past: then it is written down afterwards."""
    await staff.goto(f"{running.url}/staff/sessions/new")
    await staff.get_by_role("link", name=person.name).click()
    await staff.get_by_label("Date").fill(f"{start:%Y-%m-%d}")
    await staff.get_by_label("Start").fill(f"{start:%H:%M}")
    await staff.get_by_label("Prescriber").select_option(label=prescriber)
    await staff.get_by_role("button", name="Book the session").click()


async def record(staff: Page, start: datetime) -> None:
    """On the session's page: it began as planned and took 80 minutes."""
    await staff.get_by_role("link", name="Record what happened").click()
    await staff.get_by_label("Started").fill(f"{start:%Y-%m-%dT%H:%M}")
    await staff.get_by_label("Patient left").fill(f"{start + timedelta(minutes=80):%Y-%m-%dT%H:%M}")
    await staff.get_by_label("Full infusion").check()
    await staff.get_by_label("Mild").check()
    await staff.get_by_label("Dose given").fill("38.5")
    await staff.get_by_role("button", name="Save the record").click()
