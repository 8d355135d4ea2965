"""The e-mails that the running system has sent: as a person sees them on the mail sink's page, and their calendar files."""

from dataclasses import dataclass

import httpx
from icalendar import Calendar
from playwright.async_api import Page

from operations.stack.home import Running
from tests.browser.people import SECONDS, Person


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a calendar file asks of a calendar: `method` REQUEST or CANCEL."""

    method: str
    uid: str
    sequence: int
    title: str


async def see_email(page: Page, running: Running, person: Person, subject: str) -> None:
    """Waits on the sink's page, which renews itself, until this person got an e-mail with these words in its subject."""
    await page.goto(running.mail_url)
    row = page.locator("[data-item]").filter(has_text=person.email).filter(has_text=subject)
    await row.first.wait_for(timeout=60 * SECONDS)


def invitations(running: Running, person: Person) -> list[Invitation]:
    """Oldest first."""
    messages = httpx.get(f"{running.mail_url}/api/messages", params={"to": person.email}, timeout=60).json()
    files = [
        Calendar.from_ical(file["text"])
        for message in sorted(messages, key=lambda message: message["received_at"])
        for file in message["attachments"]
        if file["type"].startswith("text/calendar")
    ]
    return [_invitation(file) for file in files]


def _invitation(file: Calendar) -> Invitation:
    event = file.walk("VEVENT")[0]
    return Invitation(str(file["METHOD"]), str(event["UID"]), int(event.get("SEQUENCE", 0)), str(event["SUMMARY"]))
