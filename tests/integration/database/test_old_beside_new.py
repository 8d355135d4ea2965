"""A rolling release: for a while, old and new processes work on one schema, whichever of them it was migrated for."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from operations.migrate import migrate_estate, revisions, service_estate
from shared.clock import SystemClock
from shared.database import Database
from shared.database.schema_version import chain, current
from shared.observe.health import Readiness
from tests.conftest import MakeScratch, Scratch

NOW = chain(revisions("intake")).head
NEXT = "9999"


@pytest.fixture
async def place(scratch: MakeScratch) -> Scratch:
    return await scratch("intake")


@pytest.fixture
async def database(place: Scratch) -> AsyncIterator[Database]:
    """Migrated as this release wants it."""
    database = await place.open("intake", SystemClock())
    yield database
    await database.close()


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """The revisions of another release, so far those of this one."""
    return shutil.copytree(revisions("intake"), tmp_path / "migrations")


async def test_a_service_stays_ready_on_the_schema_of_a_newer_release(database, release):
    (newest,) = release.glob(f"{NOW}_*.py")
    newest.unlink()

    assert await Readiness(database, release).reasons() == []


async def test_a_service_is_not_ready_on_the_schema_of_an_older_release(database, release):
    (release / f"{NEXT}_next.py").write_text(f'revision, down_revision = "{NEXT}", "{NOW}"\n')

    assert await Readiness(database, release).reasons() == [f"schema-at-{NOW}-expected-{NEXT}"]


async def test_a_service_is_not_ready_on_a_schema_without_tables(database, release, place):
    await stand_at(place, None)

    assert await Readiness(database, release).reasons() == [f"schema-at-None-expected-{NOW}"]


async def test_the_migration_of_an_older_release_leaves_a_newer_schema_alone(place, postgres):
    await stand_at(place, NEXT)

    await migrate_estate(postgres.dsn(), service_estate("intake", urlsplit(place.dsn).path[1:]))

    owner = await asyncpg.connect(place.dsn)
    try:
        assert await current(owner, "intake") == NEXT
    finally:
        await owner.close()


async def stand_at(place: Scratch, revision: str | None) -> None:
    owner = await asyncpg.connect(place.dsn)
    try:
        await owner.execute("delete from intake.schema_version")
        if revision is not None:
            await owner.execute("insert into intake.schema_version values ($1)", revision)
    finally:
        await owner.close()
