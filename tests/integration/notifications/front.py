"""The whole service over HTTP, and people who sign in to it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from services.notifications.app import build
from services.notifications.pages.desk import Desk
from services.notifications.use_cases.password_hashes import PasswordHashes
from services.notifications.use_cases.set_up_staff import Person, set_up_staff
from shared.clock import FixedClock
from shared.events.staff import Role
from shared.ids import uuid7
from tests.conftest import Scratch
from tests.integration.notifications.conftest import Office

SITE = "http://127.0.0.1:8080"
PASSWORD = "copper lantern field"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Tests wait for many hashes; what they show does not depend on how long one takes."""


@dataclass(slots=True)
class Front:
    """The service's pages, and one browser a person."""

    app: FastAPI
    clock: FixedClock
    place: Scratch
    office: Office

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url=SITE,
            headers={"Accept": "text/html", "Origin": SITE, "Sec-Fetch-Site": "same-origin"},
        )

    async def hire(self, name: str = "Rita Imura", *roles: Role) -> UUID:
        """An account whose e-mail is `<first name>@example.com`."""
        person = Person(uuid7(), f"{name.split()[0].lower()}@example.com", name, frozenset(roles or (Role.FRONT_DESK,)))
        password_hash = QUICK.hash(PASSWORD)
        async with self.office.database.transaction() as tx:
            await set_up_staff(tx, self.place.settings.clinic.id, [person], password_hash)
        return person.id

    async def signed_in(self, name: str = "Rita Imura", *roles: Role) -> httpx.AsyncClient:
        await self.hire(name, *roles)
        browser = self.browser()
        answer = await sign_in(browser, f"{name.split()[0].lower()}@example.com")
        assert answer.status_code == 303, answer.text
        return browser


async def sign_in(browser: httpx.AsyncClient, email: str, password: str = PASSWORD, next_: str = "") -> httpx.Response:
    return await browser.post("/staff/sign-in", data={"email": email, "password": password, "next": next_})


def acknowledge_forms(page: str) -> list[tuple[str, str]]:
    """The address of every acknowledge button, with the news it has seen."""
    return re.findall(
        r'action="(/staff/inbox/[^"]+/acknowledge)"><input type="hidden" name="attention" value="(\d+)"', page
    )


@asynccontextmanager
async def open_front(office: Office) -> AsyncIterator[Front]:
    app = build(office.place.settings, clock=office.clock, messaging=False)
    app.state.desk = Desk.from_settings(office.place.settings, office.clock)
    object.__setattr__(app.state.desk, "hashes", PasswordHashes(QUICK))
    async with app.router.lifespan_context(app):
        yield Front(app, office.clock, office.place, office)
