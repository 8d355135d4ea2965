"""Intake alone, whole: its real app over a real database, with messaging left out. Events are read from the outbox."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.intake.app import build
from services.intake.store import texts_in_use
from services.intake.store.site_texts import read_texts
from shared.clock import FixedClock
from shared.database import Database
from shared.events.base import Event
from shared.events.staff import Role, StaffChanged
from shared.ids import uuid7
from shared.messaging.envelope import Received
from shared.web.signing_keys import new_key_pair, read_key
from shared.web.staff_directory import store_staff
from shared.web.staff_token import StaffTokenSigner, Strength
from tests.conftest import NOON, MakeScratch

SITE = "http://127.0.0.1:8080"
PRIVATE, PUBLIC = new_key_pair()
SIGNS, SIGNED_BY = new_key_pair()
"""Intake's own key, with which it signs what other services believe."""

INES = {
    "name": "Ines Marchetti",
    "email": "ines@example.com",
    "mobile": "(303) 555-0187",
    "reasons": ["depression", "anxiety"],
    "wishes": {"weekdays": ["tuesday"], "day_parts": ["morning"]},
    "consents": ["contact-email-1", "contact-sms-1"],
}
"""A request as a front end sends it."""
INES_TYPED = {
    "name": "Ines Marchetti",
    "email": "ines@example.com",
    "mobile": "(303) 555-0187",
    "reasons": ["depression", "anxiety"],
    "weekdays": ["tuesday"],
    "day_parts": ["morning"],
    "consents": ["contact-email-1", "contact-sms-1"],
}
"""The same, as the form sends it."""


@pytest.fixture(scope="session", autouse=True)
def _texts_read_once() -> Iterator[None]:
    """Each test has an app of its own, nearly all of them the same texts: reading those anew was most of making one."""
    read = cache(lambda folders, _state: read_texts(folders))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_in_use, "read_texts", lambda folders: read(tuple(folders), texts_in_use._state(folders)))
        yield


@dataclass
class Intake:
    """The service, a browser that is nobody, and a way to look behind the scenes."""

    app: FastAPI
    http: httpx.AsyncClient
    database: Database
    clock: FixedClock

    @property
    def clinic_id(self) -> UUID:
        return self.app.state.settings.clinic.id

    async def ask(self, sent: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """POST to the JSON API."""
        return await self.http.post("/api/consultation-requests", json=sent or INES, headers=headers)

    async def submitted(self, **changes: Any) -> str:
        """A request that was taken; its token."""
        answer = await self.ask({**INES, **changes})
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].rpartition("/")[2]

    async def form_key(self, path: str = "/request/short") -> str:
        return hidden(await self.page(path), "form_key")

    async def page(self, path: str, status: int = 200) -> str:
        answer = await self.http.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == status, answer.text
        return answer.text

    async def send_form(
        self, path: str = "/request/short", typed: dict[str, Any] | None = None, **more: Any
    ) -> httpx.Response:
        typed = {**(typed or INES_TYPED), **more}
        if "form_key" not in typed:
            typed["form_key"] = await self.form_key(path)
        return await self.http.post(path, data=typed, headers={"Accept": "text/html"})

    async def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        async with self.database.transaction(read_only=True) as tx:
            return [dict(row) for row in await tx.fetch(query, *values)]

    async def count(self, table: str) -> int:
        return (await self.rows(f"select count(*) as n from {table}"))[0]["n"]

    async def said(self) -> list[tuple[str, dict[str, Any]]]:
        """Every event in the outbox, in order: topic and body."""
        rows = await self.rows("select topic, body from outbox order by seq")
        return [(row["topic"], json.loads(row["body"])) for row in rows]

    async def hear(self, reaction: Callable[..., Awaitable[None]], *heard: Received[Any]) -> None:
        """One poll's worth of events, as the consumer hands them to a reaction."""
        async with self.database.transaction() as tx:
            await reaction(tx, list(heard), self.clock.now())

    async def sign_in(self, *roles: Role) -> UUID:
        """From now on the browser is a member of staff's."""
        staff_id = uuid7()
        joined = StaffChanged(
            clinic_id=self.clinic_id,
            staff_id=staff_id,
            display_name="Rosa Imani",
            roles=roles or (Role.FRONT_DESK,),
            active=True,
        )
        async with self.database.transaction() as tx:
            await store_staff(tx, [(joined, 1)])
        signer = StaffTokenSigner(read_key(PRIVATE, "STAFF_TOKEN_PRIVATE_KEY", private=True), SITE)
        token = signer.sign(
            staff_id=staff_id,
            session_id=uuid7(),
            roles=frozenset(map(str, joined.roles)),
            clinics=frozenset([self.clinic_id]),
            strength=Strength.PASSWORD,
            now=self.clock.now(),
        )
        self.http.cookies.set("chairside", token)
        return staff_id


MakeIntake = Callable[..., Awaitable[Intake]]


@pytest.fixture
async def make_intake(scratch: MakeScratch) -> AsyncIterator[MakeIntake]:
    """`await make_intake(cors_origins=[…])`: intake with these settings, in a database of its own."""
    open_ones: list[tuple[Any, Intake]] = []

    async def make(**settings: Any) -> Intake:
        place = await scratch(
            "intake",
            staff_token_public_key=PUBLIC,
            service_token_private_key=SIGNS,
            public_url=SITE,
            **{"burst_rate": 0, **settings},
        )
        clock = FixedClock(NOON)
        app = build(place.settings, clock=clock, messaging=False)
        lifespan = app.router.lifespan_context(app)
        await lifespan.__aenter__()
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE)
        intake = Intake(app, http, app.state.database, clock)
        open_ones.append((lifespan, intake))
        return intake

    yield make

    for lifespan, intake in open_ones:
        await intake.http.aclose()
        await lifespan.__aexit__(None, None, None)


@pytest.fixture
async def intake(make_intake: MakeIntake) -> Intake:
    return await make_intake()


def heard(event: Event, version: int, of: UUID) -> Received[Any]:
    """An event as it comes out of Kafka."""
    return Received(event=event, id=uuid7(), subject=of, version=version, time=NOON, correlation_id="story")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no hidden field {name}"
    return unescape(found[1])


def words(page: str) -> str:
    """What a person reads."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def errors_of(answer: httpx.Response) -> dict[str, str]:
    """Pointer or parameter → sentence."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return {one.get("pointer") or one["parameter"]: one["detail"] for one in answer.json().get("errors", [])}
