"""A service's schema with the tables of the guards in it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.clock import FixedClock
from shared.database import Database
from shared.keyring import Keyring
from shared.web.idempotency import IDEMPOTENCY_SQL
from shared.web.staff_directory import DIRECTORY_SQL
from tests.conftest import NOON, MakeScratch, Scratch

SERVICE = "scheduling"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
async def place(scratch: MakeScratch) -> Scratch:
    place = await scratch(SERVICE)
    owner = await asyncpg.connect(place.dsn, user=f"chairside_{SERVICE}_owner")
    try:
        for table, script in (("idempotency", IDEMPOTENCY_SQL), ("staff_directory", DIRECTORY_SQL)):
            if await owner.fetchval("select to_regclass($1)", f"{SERVICE}.{table}") is None:
                await owner.execute(script.read_text())
    finally:
        await owner.close()
    return place


@pytest.fixture
async def database(place: Scratch, clock: FixedClock) -> AsyncIterator[Database]:
    database = await place.open(SERVICE, clock)
    yield database
    await database.close()


@pytest.fixture
async def keyring(place: Scratch, clock: FixedClock) -> AsyncIterator[Keyring]:
    keyring = await Keyring.open(place.settings, clock)
    yield keyring
    await keyring.close()


@pytest.fixture
async def keyring_owner(place: Scratch) -> AsyncIterator[asyncpg.Connection]:
    """A superuser in the keyring's database: the hand that restores back-ups and breaks things."""
    connection = await asyncpg.connect(
        place.settings.keyring_url.get_secret_value(), server_settings={"search_path": "keyring"}
    )
    yield connection
    await connection.close()
