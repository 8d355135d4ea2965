"""A small service with every fence around it, and a directory twin, for looking at the fences from outside."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import Depends, FastAPI
from joserfc.jwk import OKPKey
from pydantic import BaseModel, Field
from starlette.requests import Request

from shared.clock import FixedClock
from shared.ids import uuid7
from shared.settings import Settings
from shared.web.problem_handlers import install_problems
from shared.web.problems import describe, problems
from shared.web.safety import install_safety
from shared.web.service_token import ServiceTokenVerifier, require_service
from shared.web.signing_keys import new_key_pair, read_key
from shared.web.staff_cookie import StaffCookie
from shared.web.staff_session import GRACE, StaffGuard, StaffSession, Standing, require_staff
from shared.web.staff_token import StaffTokenSigner, StaffTokenVerifier, Strength
from shared.web.templating import build_pages

NOW = datetime(2026, 6, 15, 18, 0, tzinfo=UTC)
ORIGIN = "https://chairside.example"
FRONT_END = "https://front.example"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PRIVATE, PUBLIC = new_key_pair()


class TooLateToWithdraw(Exception):
    """An error of a domain, which knows no HTTP."""


describe(TooLateToWithdraw, status=409, title="It is too late to withdraw", what_to_do="Call us.")


class DirectoryTwin:
    """A `StaffDirectory` in memory."""

    def __init__(self) -> None:
        self.people: dict[UUID, Standing] = {}
        self.away: Exception | None = None

    async def standing(self, staff_id: UUID) -> Standing | None:
        if self.away:
            raise self.away
        return self.people.get(staff_id)


class Wish(BaseModel):
    name: str = Field(min_length=2)
    days: list[int] = []


@dataclass
class House:
    """The service, who may enter, and the hands to knock with."""

    app: FastAPI
    clock: FixedClock
    directory: DirectoryTwin
    service_key: OKPKey
    other_key: OKPKey
    seen: list[Any] = field(default_factory=list)

    def client(self, *, address: str = "203.0.113.5", peer: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(peer, 1234), raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport,
            base_url=ORIGIN,
            headers={"X-Forwarded-For": address, **headers},
            follow_redirects=False,
        )

    def member(self, *roles: str, **standing: Any) -> UUID:
        staff_id = uuid7()
        given = {"display_name": "Rosa Imani", "clinics": frozenset[UUID](), "active": True} | standing
        self.directory.people[staff_id] = Standing(roles=frozenset(roles), **given)
        return staff_id

    def token(self, staff_id: UUID, *, roles: frozenset[str] = frozenset()) -> str:
        signer = StaffTokenSigner(read_key(PRIVATE, "K", private=True), ORIGIN)
        return signer.sign(
            staff_id=staff_id,
            session_id=uuid7(),
            roles=roles,
            clinics=frozenset(),
            strength=Strength.PASSWORD,
            now=self.clock.now(),
        )

    def signed_in(self, staff_id: UUID, **headers: str) -> httpx.AsyncClient:
        client = self.client(**headers)
        client.cookies.set("__Host-chairside", self.token(staff_id), domain="chairside.example", path="/")
        return client


def _routes(app: FastAPI, seen: list[Any]) -> None:
    @app.get("/staff/board")
    @app.post("/staff/board")
    async def board(session: Annotated[StaffSession, Depends(require_staff("nurse", "front-desk"))]) -> dict[str, Any]:
        return {"name": session.name, "roles": sorted(session.roles), "in_grace": session.in_grace}

    @app.post("/staff/sessions/1/stop")
    async def stop(session: Annotated[StaffSession, Depends(require_staff("nurse", grace=GRACE))]) -> dict[str, bool]:
        return {"in_grace": session.in_grace}

    @app.get("/internal/revision")
    async def revision(caller: Annotated[str, Depends(require_service("notifications"))]) -> str:
        return caller

    @app.post("/api/wishes", responses=problems(TooLateToWithdraw))
    async def wish(body: Wish) -> Wish:
        seen.append(body)
        return body

    @app.post("/form")
    async def form(request: Request) -> dict[str, list[str]]:
        fields = await request.form()
        return {name: [str(value) for value in fields.getlist(name)] for name in fields}

    @app.get("/fails/{how}")
    @app.get("/api/fails/{how}")
    async def fails(how: str) -> None:
        raise app.state.failures[how]

    @app.post("/fails/{how}")
    async def fails_to_take(how: str, request: Request) -> None:
        await request.form()
        raise app.state.failures[how]

    @app.get("/echo")
    async def echo(request: Request) -> str:
        return request.state.client_address


@pytest.fixture
def make_house() -> Callable[..., House]:
    def make(**settings: Any) -> House:
        clock, directory = FixedClock(NOW), DirectoryTwin()
        service_key, other_key = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
        app, seen = FastAPI(), []
        values = {"database_url": "postgresql://nowhere", "public_url": ORIGIN, "cors_origins": FRONT_END} | settings
        configured = Settings(**values)
        verifier = StaffTokenVerifier(read_key(PUBLIC, "K", private=False), ORIGIN)
        app.state.pages = build_pages(configured.clinic, clock)
        app.state.staff_guard = StaffGuard(verifier, directory, clock, StaffCookie.for_origin(ORIGIN))
        app.state.service_tokens = ServiceTokenVerifier(
            {"notifications": service_key, "intake": other_key}, audience="scheduling", clock=clock
        )
        app.state.failures = {}
        _routes(app, seen)
        install_safety(app, configured)
        install_problems(app)
        return House(app, clock, directory, service_key, other_key, seen)

    return make


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house()
