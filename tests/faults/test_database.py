"""Postgres is away, stops at once, or cuts connections, under load: people are told to come back, and all heals by itself."""

import asyncio
import os
import random
import signal
import time
from functools import partial

import pytest

from tests.faults.clinic import Clinic, eventually
from tests.faults.measures import LogLines, now, slowest_effect
from tests.faults.told_to_come_back import told_to_come_back
from tests.faults.under_fire import assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

AT_WORK = 1.5
"""Seconds of load before the fault, and after it: everybody is in the middle of something."""
CUT_EVERY = 0.2
LINES = 2000
"""That one process may write in a minute without database."""


@pytest.mark.parametrize(
    "seconds", [pytest.param(5, marks=pytest.mark.faults_short), pytest.param(60, marks=pytest.mark.faults_long)]
)
async def test_a_database_that_is_away_is_waited_for(replicated, load, say, seconds):
    pids, lines = replicated.pids(), LogLines(replicated)

    async with load.running():
        await asyncio.sleep(AT_WORK)
        async with replicated.without_database():
            until = time.monotonic() + seconds
            await eventually(partial(told_to_come_back, replicated))
            await asyncio.sleep(max(0.0, until - time.monotonic()))
            written = lines.most()

    await assert_kept(replicated, load, say, seconds_away=seconds, troubles=dict(load.troubles), log_lines=written)
    assert replicated.pids() == pids
    assert written <= LINES


@pytest.mark.parametrize(
    "times", [pytest.param(1, marks=pytest.mark.faults_short), pytest.param(5, marks=pytest.mark.faults_long)]
)
async def test_an_immediate_stop_and_a_start_at_once(replicated, load, say, times):
    pids = replicated.pids()

    async with load.running():
        for _ in range(times):
            await asyncio.sleep(AT_WORK)
            await stop_at_once(replicated)
            await replicated.postgres.start()
        await asyncio.sleep(AT_WORK)

    await assert_kept(replicated, load, say, stops=times, troubles=dict(load.troubles))
    assert replicated.pids() == pids


@pytest.mark.parametrize(
    "seconds", [pytest.param(3, marks=pytest.mark.faults_short), pytest.param(20, marks=pytest.mark.faults_long)]
)
async def test_back_ends_that_are_killed_again_and_again(replicated, load, seed, say, seconds):
    pids, chance, cut, begin = replicated.pids(), random.Random(seed), 0, now()

    async with load.running():
        await asyncio.sleep(AT_WORK)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            cut += await cut_one(replicated, chance)
            await asyncio.sleep(CUT_EVERY)

    slowest = await slowest_effect(replicated, begin)
    await assert_kept(replicated, load, say, cut=cut, troubles=dict(load.troubles), slowest_effect=slowest)
    assert replicated.pids() == pids


async def stop_at_once(clinic: Clinic) -> None:
    """SIGQUIT, PostgreSQL's immediate shutdown: no checkpoint, recovery at the next start."""
    pid = clinic.postgres.pid
    assert pid is not None
    os.kill(pid, signal.SIGQUIT)

    async def gone() -> bool:
        return clinic.postgres.pid is None

    await eventually(gone)


async def cut_one(clinic: Clinic, chance: random.Random) -> int:
    """One connection of a service, whatever it is doing."""
    found = await clinic.rows("select pid from pg_stat_activity where usename like 'chairside_%' order by pid")
    if found:
        await clinic.rows("select pg_terminate_backend($1)", chance.choice(found)["pid"])
    return len(found[:1])
