"""Migrations: three jobs at once, a job killed half-way, a second run with nothing to do."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from shared.database.migrations import migrate
from shared.database.roles import Estate, prepare
from shared.database.schema_version import chain, current
from shared.ids import uuid7

FIRST = """
from shared.database.migrations import run_sql
revision, down_revision = "0001", None
def upgrade():
    run_sql("create table note (text text); insert into note values ('one'); select pg_sleep(0.2)")
"""
SECOND = """
from shared.database.migrations import run_sql
revision, down_revision = "0002", "0001"
def upgrade():
    run_sql("alter table note add column number integer")
"""
BROKEN = """
from shared.database.migrations import run_sql
revision, down_revision = "0003", "0002"
def upgrade():
    run_sql("create table half (id integer)")
    raise RuntimeError("the job was killed here")
"""


@pytest.fixture
async def estate(postgres):
    estate = Estate(f"migrations_{uuid7().hex}", "intake")
    await prepare(postgres.dsn(), estate)
    return estate


@pytest.fixture
def revisions(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.py").write_text(FIRST)
    (tmp_path / "0002_second.py").write_text(SECOND)
    return tmp_path


async def seen(postgres, estate, query: str):
    connection = await asyncpg.connect(postgres.dsn(estate.database, estate.owner))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def version(postgres, estate) -> str | None:
    connection = await asyncpg.connect(postgres.dsn(estate.database))
    try:
        return await current(connection, estate.schema)
    finally:
        await connection.close()


async def test_three_jobs_at_once_do_the_work_once(postgres, estate, revisions):
    await asyncio.gather(*(migrate(postgres.dsn(), estate, revisions) for _ in range(3)))

    assert await seen(postgres, estate, "select count(*) from note") == 1
    assert await version(postgres, estate) == chain(revisions).head == "0002"


async def test_three_preparations_at_once_agree(postgres):
    estate = Estate(f"prepared_{uuid7().hex}", "intake")

    await asyncio.gather(*(prepare(postgres.dsn(), estate) for _ in range(3)))

    assert await seen(postgres, estate, "select current_schema()") == "intake"


async def test_a_job_that_died_leaves_nothing_behind_and_can_be_run_again(postgres, estate, revisions):
    await migrate(postgres.dsn(), estate, revisions)
    broken = revisions / "0003_broken.py"
    broken.write_text(BROKEN)
    with pytest.raises(RuntimeError):
        await migrate(postgres.dsn(), estate, revisions)
    assert await version(postgres, estate) == "0002"
    assert await seen(postgres, estate, "select to_regclass('half')") is None

    broken.write_text(BROKEN.replace('raise RuntimeError("the job was killed here")', "pass"))
    await migrate(postgres.dsn(), estate, revisions)

    assert await version(postgres, estate) == "0003"


async def test_a_schema_without_migrations_has_no_version(postgres, estate):
    assert await version(postgres, estate) is None
