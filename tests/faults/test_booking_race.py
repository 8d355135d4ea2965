"""Thirty-two clients book, choose, cancel and withdraw on a few hours, and are killed while they do: nothing is booked twice.

Every attempt is told what it got, or why it cannot have it and what it can have instead; the racers hold what they were
offered against a search of their own (race/racer.py), and the tables are read when the race is over (race/audit.py).
"""

import asyncio
import json
import os
import random
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from services.scheduling.use_cases.let_holds_lapse import tidy_holds
from shared.clock import FixedClock
from tests.conftest import NOON, MakeScratch
from tests.faults.race.audit import Report, audit
from tests.faults.race.course import COURSE
from tests.faults.race.field import Race
from tests.integration.scheduling.desk import HOLD_RULES, Desk

PATIENTS = 60
WITHOUT_CONSTRAINT = """
    alter table scheduling.resource_booking drop constraint resource_booking_never_overlaps;
    -- And what was taken is not seen for a moment, as when the disk is slow: or a look and its booking are so near to each
    -- other that a few hundred attempts may meet nobody between them.
    create function scheduling.linger() returns trigger language plpgsql as
        $$ begin perform pg_sleep(0.15); return null; end $$;
    create trigger linger after insert on scheduling.resource_booking
        for each statement execute function scheduling.linger();
"""


@pytest.fixture
async def desk(scratch: MakeScratch) -> AsyncIterator[Desk]:
    """The few hours over which the race is run."""
    place = await scratch("scheduling")
    clock = FixedClock(NOON)
    database = await place.open("scheduling", clock)
    desk = Desk(database, clock, place.dsn)
    await desk.set_up(COURSE)
    yield desk
    await database.close()


@pytest.fixture
def seed() -> int:
    """CHAIRSIDE_FAULT_SEED runs the same race again, as far as the machine lets it."""
    return int(os.environ.get("CHAIRSIDE_FAULT_SEED") or secrets.randbelow(1 << 32))


RunRace = Callable[..., Awaitable[Report]]


@pytest.fixture
def race(desk: Desk, seed: int, tmp_path: Path) -> RunRace:
    """`await race(1000)`: so many attempts, then the waiting list comes to rest, and here is what holds."""
    return partial(_race, desk, seed, tmp_path)


async def _race(
    desk: Desk, seed: int, journals: Path, attempts: int, *, kill_every: float = 0.0, cut_every: float = 0.0
) -> Report:
    patients = [str(await desk.patient()) for _ in range(PATIENTS)]
    run = Race(seed, desk.dsn, str(journals), patients, attempts, kill_every=kill_every)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.race.field", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    async with cutting(desk, random.Random(seed), cut_every) as cut:
        out, _ = await process.communicate(run.as_json())
    assert process.returncode == 0
    await every_hold_ends(desk)
    while await desk.settles():
        pass
    owner = await asyncpg.connect(desk.dsn)
    try:
        report = await audit(owner, journals)
    finally:
        await owner.close()
    blindly, around_commits = json.loads(out.splitlines()[-1])  # after whatever racers have logged
    print(f"CHAIRSIDE_FAULT_SEED={seed}: {report.attempts} attempts, {report.shared} commits of several bookings,")
    print(f"{blindly} processes killed blindly and {around_commits} around such a commit, {len(cut)} back ends ended;")
    print(f"told {dict(report.told)}, unknown {report.unknown}, overlaps {report.overlaps}")
    return report


async def every_hold_ends(desk: Desk) -> None:
    """Also those of patients whose process died; and what they had kept is offered to those who wait."""
    desk.clock.advance(HOLD_RULES.length)
    while await tidy_holds(desk.database) or await desk.settles():
        pass
    desk.clock.advance(-HOLD_RULES.length)


@asynccontextmanager
async def cutting(desk: Desk, chance: random.Random, every: float) -> AsyncIterator[list[int]]:
    """Ends a back end that is at work, about every so many seconds; never when it is 0."""
    cut: list[int] = []

    async def cut_one() -> None:
        owner = await asyncpg.connect(desk.dsn)
        try:
            while True:
                await asyncio.sleep(chance.uniform(0.5, 1.5) * every)
                cut.extend(
                    row["pid"]
                    for row in await owner.fetch(
                        """
                        select pid, pg_terminate_backend(pid)
                          from pg_stat_activity
                         where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
                         limit 1
                        """
                    )
                )
        finally:
            await owner.close()

    task = asyncio.create_task(cut_one()) if every else None
    yield cut
    if task:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def assert_fair(report: Report) -> None:
    """Nothing was booked twice, and everybody who was told anything was told something to go on with."""
    assert report.broken == []
    assert report.overlaps == 0
    assert report.told["contended"] == 0
    assert report.told["booked"] > 0
    assert report.told["refused"] > 0
    assert report.told["kept"] > 0
    assert report.told["as-chosen"] + report.told["chosen-booked"] > 0
    assert report.shared > 0


async def test_a_race_without_kills_leaves_nobody_without_an_answer(race):
    report = await race(1000)

    assert_fair(report)
    assert report.unknown == 0


async def test_a_race_with_kills_books_nothing_twice(race):
    report = await race(1500, kill_every=0.5, cut_every=0.3)

    assert_fair(report)
    assert report.unknown > 0


async def test_the_same_race_finds_double_bookings_where_the_constraint_is_dropped(desk, race):
    owner = await asyncpg.connect(desk.dsn)
    await owner.execute(WITHOUT_CONSTRAINT)
    await owner.close()

    report = await race(300)

    assert report.overlaps > 0


@pytest.mark.faults
@pytest.mark.faults_long
async def test_a_hundred_thousand_attempts_with_kills_book_nothing_twice(race):
    report = await race(100_000, kill_every=1.0, cut_every=0.5)

    assert_fair(report)
    assert report.unknown > 0
