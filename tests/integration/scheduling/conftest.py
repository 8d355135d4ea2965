"""The desk, fresh for each test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.scheduling.app import build
from shared.clock import FixedClock
from tests.conftest import NOON, MakeScratch, Scratch
from tests.integration.scheduling.desk import Desk
from tests.integration.scheduling.front import KEYS, SITE, Front

MANY_AT_ONCE = {"database_pool_size": 32}


@asynccontextmanager
async def open_desk(place: Scratch) -> AsyncIterator[Desk]:
    clock = FixedClock(NOON)
    database = await place.open("scheduling", clock)
    yield Desk(database, clock, place.dsn)
    await database.close()


@asynccontextmanager
async def open_front(place: Scratch) -> AsyncIterator[Front]:
    clock = FixedClock(NOON)
    app = build(place.settings, clock=clock, messaging=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE) as http,
    ):
        yield Front(app, http, Desk(app.state.database, clock, place.dsn))


async def demo_clinic_stands(place: Scratch) -> None:
    async with open_desk(place) as desk:
        await desk.set_up()


@pytest.fixture
async def bare_desk(scratch: MakeScratch) -> AsyncIterator[Desk]:
    """Before the clinic is set up."""
    async with open_desk(await scratch("scheduling", **MANY_AT_ONCE)) as desk:
        yield desk


@pytest.fixture
async def desk(scratch: MakeScratch) -> AsyncIterator[Desk]:
    """With the demo clinic."""
    async with open_desk(await scratch("scheduling", fill=demo_clinic_stands, **MANY_AT_ONCE)) as desk:
        yield desk


@pytest.fixture
async def bare_front(scratch: MakeScratch) -> AsyncIterator[Front]:
    """The pages before the clinic is set up; nobody is signed in."""
    async with open_front(await scratch("scheduling", **KEYS)) as front:
        yield front


@pytest.fixture
async def front(scratch: MakeScratch) -> AsyncIterator[Front]:
    """The demo clinic, seen by the front desk."""
    async with open_front(await scratch("scheduling", fill=demo_clinic_stands, **KEYS)) as front:
        await front.sign_in()
        yield front
