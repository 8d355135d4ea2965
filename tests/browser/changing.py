"""What a test of changing a time needs besides the person who does it: the letter's link, and others who take times."""

import asyncio
import re
import time
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import httpx

from operations.demo_clinic import demo_clinic
from operations.player import patient
from operations.player.browser import Browser
from operations.stack.home import Running
from services.scheduling.domain.clinic import ResourceKind
from shared.ids import uuid7
from tests.browser.mailbox import Invitation, invitations
from tests.browser.people import Person

PATIENCE = 60.0
CONFLICT = 409
LINK = re.compile(r"https?://\S+/a/[\w-]+/(?:en|es)")


@dataclass(frozen=True, slots=True)
class Letters:
    """Those to one person, in the mail sink of the running system."""

    running: Running
    person: Person

    async def link(self, nth: int = 1) -> str:
        """The `nth` link to the page that changes the appointment, once its letter has come."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self._links()) < nth:
            assert time.monotonic() < deadline, f"{len(found)} links, not {nth}, in {self._texts()}"
            await asyncio.sleep(0.2)
        return found[nth - 1]

    async def invitations(self, count: int) -> list[Invitation]:
        """That many calendar files, oldest first, once they have come."""
        deadline = time.monotonic() + PATIENCE
        while len(found := invitations(self.running, self.person)) < count:
            assert time.monotonic() < deadline, f"{self.person.email} got {len(found)} calendar files, not {count}"
            await asyncio.sleep(0.2)
        return found

    def _links(self) -> list[str]:
        return [found[0] for text in self._texts() if (found := LINK.search(text))]

    def _texts(self) -> list[str]:
        """Of all letters, oldest first."""
        answer = httpx.get(f"{self.running.mail_url}/api/messages", params={"to": self.person.email}, timeout=60)
        return [letter["text"] for letter in sorted(answer.json(), key=lambda letter: letter["received_at"])]


async def end_holds(running: Running, start: datetime) -> None:
    """Whoever has this time kept has it no longer, as if their minutes were over."""
    admin = await asyncpg.connect(running.admin_dsn, database="chairside")
    try:
        await admin.execute(
            "update scheduling.appointment set held_until = now() where state = 'held' and starts_at = $1", start
        )
    finally:
        await admin.close()


async def fill_up(running: Running, start: datetime) -> None:
    """As many others as the clinic has clinicians move their appointments to this time; whoever comes too late stays."""
    for _ in demo_clinic().of_kind(ResourceKind.CLINICIAN):
        async with Browser(running.url) as other:
            asked = await patient.ask(other, "Otto Vorher", f"{uuid7().hex[-12:]}@example.com")
            await patient.wait_for(other, asked, "scheduled", PATIENCE)
            mine = await other.open(asked.page.removeprefix(running.url))
            page = await other.send(mine.form(action="/a/mine"))
            wish = page.form(action="/move").fill(start=start.isoformat())
            if (await other.send(wish, may_refuse=CONFLICT)).status == CONFLICT:
                await other.send(wish, may_refuse=CONFLICT)  # the first may have met somebody else's look
