"""The desk, fresh for each test."""

from collections.abc import AsyncIterator

import pytest

from shared.clock import FixedClock
from tests.conftest import NOON, MakeScratch
from tests.integration.scheduling.desk import Desk


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
