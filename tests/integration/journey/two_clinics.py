"""Two clinics on one installation, as `chairside up` starts it, after a day at each."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import httpx

from operations.player import patient, staff
from operations.player.browser import Browser
from operations.stack.environment import in_database
from operations.stack.home import Running
from operations.stack.ports import free_ports
from shared.clock import SystemClock
from shared.database.roles import DATABASE
from shared.events.staff import Role
from shared.settings import ClinicIdentity
from tests.browser.system import running_system
from tests.unit.shared.test_more_clinics import HARBOR

PATIENCE = 60.0
PASSWORD = "harbor-lights-at-night"
TOKEN = re.compile(r"[\w-]{43}")


@dataclass(frozen=True, slots=True)
class AClinic:
    """One of the two: where its pages are, and what a day there has left that nobody at the other may see."""

    id: UUID
    url: str
    prefix: str
    identity: tuple[str, ...]
    """Its name and its phone, as its pages and letters say them."""
    patient: str
    staff_email: str
    running: Running
    cookies: dict[str, str] = field(default_factory=dict)
    """Of somebody who may do everything there."""
    references: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    """Of its patients' links."""

    @property
    def last_name(self) -> str:
        return self.patient.split()[1]

    @property
    def address(self) -> str:
        return f"{self.last_name.lower()}@example.com"

    @property
    def secrets(self) -> set[str]:
        return {self.last_name, self.last_name.lower(), self.staff_email, *self.references, *self.identity}

    @asynccontextmanager
    async def visited(self, cookies: Mapping[str, str] | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """Its host, as its own staff's browser asks; with the given cookies instead of theirs."""
        async with httpx.AsyncClient(
            base_url=self.url,
            cookies=dict(self.cookies if cookies is None else cookies),
            headers={"Origin": self.url, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
            timeout=60,
            trust_env=False,
        ) as browser:
            yield browser

    async def letters(self) -> list[dict[str, Any]]:
        """What its patients were sent."""
        async with httpx.AsyncClient(base_url=self.running.mail_url, timeout=30, trust_env=False) as mailbox:
            everything = (await mailbox.get("/api/messages")).json()
        return [letter for letter in everything if any(to.endswith(self.address) for to in letter["to"])]

    async def have_a_day(self, folder: Path, more: Mapping[str, str]) -> None:
        """A request that is booked, one that is withdrawn, a session that has ended, and their letters."""
        self.cookies.update(await self._somebody_who_may_do_everything(folder, more))
        async with Browser(self.url) as patients, Browser(self.url) as desk:
            for name, value in self.cookies.items():
                desk.remember(name, value)
            zone = str((await patients.json("/api/consultation-requests/form"))["zone"])
            stays = await patient.ask(patients, self.patient, self.address)
            await patient.wait_for(patients, stays, "scheduled", PATIENCE)
            goes = await patient.ask(patients, f"Second {self.last_name}", f"second.{self.address}")
            await self._letter(f"second.{self.address}", "/a/")
            await patient.withdraw(patients, goes)
            await self._letter(f"second.{self.address}", "cancelled")
            session = await staff.enter_paper_session(desk, stays, SystemClock().now(), zone)
            await staff.record_session(desk, session, zone)
        self.references.extend([stays.reference, goes.reference])
        await self._letter(self.address, "/a/")
        said = [stays.page, goes.page, *(letter["text"] for letter in await self.letters())]
        self.tokens.update(token for words in said for token in TOKEN.findall(words))

    async def _letter(self, to: str, words: str) -> None:
        """Returns once somebody was sent one that says this."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if any(to in letter["to"] and words in letter["text"] for letter in await self.letters()):
                    return
                await asyncio.sleep(0.2)

    async def _somebody_who_may_do_everything(self, folder: Path, more: Mapping[str, str]) -> dict[str, str]:
        """Invited as an operator does it. Their cookies."""
        invite = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "operations.main", "staff", "invite", self.staff_email),
            *("--name", "Everything", "--clinic", self.prefix),
            *(word for role in Role for word in ("--role", role)),
            env={**more, "CHAIRSIDE_HOME": str(folder)},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await invite.communicate()
        link = said.decode().strip()
        assert link.startswith(f"{self.url}/staff/"), link
        async with self.visited() as browser:
            await browser.post(urlsplit(link).path, data={"password": PASSWORD, "repeated": PASSWORD})
            entered = await browser.post("/staff/sign-in", data={"email": self.staff_email, "password": PASSWORD})
            assert entered.status_code == 303, entered.status_code
            cookies = dict(browser.cookies)
            async with asyncio.timeout(PATIENCE):  # until every service has heard of them
                for path in ("/staff/inbox", "/staff/requests", "/staff/board"):
                    while True:
                        if (await browser.get(path)).status_code == 200:
                            break
                        await asyncio.sleep(0.1)
        return cookies

    async def fetch(self, schema: str, query: str, *arguments: object) -> list[asyncpg.Record]:
        """In Postgres, as an operator."""
        connection = await asyncpg.connect(
            in_database(self.running.admin_dsn, DATABASE), server_settings={"search_path": schema}
        )
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()


@asynccontextmanager
async def two_clinics(folder: Path) -> AsyncIterator[tuple[AClinic, AClinic]]:
    """Tern Street, the first, and Harbor Light."""
    (port,) = free_ports(1)
    url, tern = f"http://localhost:{port}", ClinicIdentity()
    more = {"MORE_CLINICS": json.dumps([HARBOR | {"public_url": url}]), "BURST_SIZE": "100000"}
    async with running_system(folder, **more) as running:
        first = AClinic(
            tern.id,
            running.url,
            "TSC",
            ("Tern Street", tern.phone, tern.phone_display),
            "Wilhelmina Oakhurst",
            "everything@ternstreet.example",
            running,
        )
        second = AClinic(
            UUID(str(HARBOR["id"])),
            url,
            "HLC",
            ("Harbor Light", str(HARBOR["phone"]), str(HARBOR["phone_display"])),
            "Bartholomew Quince",
            "everything@harbor.example",
            running,
        )
        for one in (first, second):
            await one.have_a_day(folder, more)
        yield first, second
