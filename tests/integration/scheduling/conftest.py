"""The desk, fresh for each test."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.scheduling.app import build
from shared.clock import FixedClock
from tests.conftest import NOON, MakeScratch
from tests.integration.scheduling.desk import Desk
from tests.integration.scheduling.front import KEYS, SITE, Front


@pytest.fixture
async def bare_desk(scratch: MakeScratch) -> AsyncIterator[Desk]:
    """Before the clinic is set up."""
    place = await scratch("scheduling", database_pool_size=32)
    clock = FixedClock(NOON)
    database = await place.open("scheduling", clock)
    yield Desk(database, clock, place.dsn)
    await database.close()


@pytest.fixture
async def desk(bare_desk: Desk) -> Desk:
    """With the demo clinic."""
    await bare_desk.set_up()
    return bare_desk


@pytest.fixture
async def bare_front(scratch: MakeScratch) -> AsyncIterator[Front]:
    """The pages before the clinic is set up; nobody is signed in."""
    place = await scratch("scheduling", **KEYS)
    clock = FixedClock(NOON)
    app = build(place.settings, clock=clock, messaging=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE) as http,
    ):
        yield Front(app, http, Desk(app.state.database, clock, place.dsn))


@pytest.fixture
async def front(bare_front: Front) -> Front:
    """The demo clinic, seen by the front desk."""
    await bare_front.desk.set_up()
    await bare_front.sign_in()
    return bare_front
