"""Two replicas of every service on Apache Kafka, under load: a deploy, a freeze, and kill -9 again and again."""

import asyncio
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from shared.database.roles import SERVICES
from tests.faults.clinic import Clinic
from tests.faults.under_fire import assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

PAUSE = (0.5, 4.0)
"""Seconds between two kills. A replica needs about three to be back, so that both of a service are away now and then."""
FROZEN_FOR = 40.0
"""Longer than a lane's lease (10), a member's session (10) and the lease of an e-mail (30)."""
SETTLED = 3.0
"""Seconds a replica has been ready before the next one is stopped; the door looks every second."""


@dataclass(frozen=True, slots=True)
class Kill:
    """`pause` seconds after the one before."""

    pause: float
    replica: str


def kills(seed: int, replicas: list[str]) -> Iterator[Kill]:
    """The same ones for the same seed, without end."""
    chance = random.Random(seed)
    while True:
        yield Kill(chance.uniform(*PAUSE), chance.choice(replicas))


@pytest.mark.parametrize(
    "count",
    [pytest.param(6, marks=pytest.mark.faults_short), pytest.param(200, marks=pytest.mark.faults_long)],
)
async def test_random_kills_lose_and_double_nothing(replicated, load, seed, say, count):
    killed = 0

    async with load.running():
        for kill in kills(seed, sorted(replicated.services)):
            await asyncio.sleep(kill.pause)
            killed += replicated.signal(kill.replica, signal.SIGKILL)
            if killed == count:
                break
        await replicated.whole()

    await assert_kept(replicated, load, say, kills=killed)


@pytest.mark.faults_long
async def test_a_replica_that_was_frozen_past_all_leases_applies_nothing_twice(replicated, load, say):
    frozen = [f"{service}-1" for service in SERVICES]

    async with load.running():
        await asyncio.sleep(5)
        async with replicated.frozen(*frozen):
            await asyncio.sleep(FROZEN_FOR)
        await asyncio.sleep(5)

    await assert_kept(replicated, load, say, frozen=len(frozen))


async def test_a_deploy_fails_no_request(replicated, load, say):
    async with load.running():
        for replica in (1, 2):  # all services at once, as a new release brings them
            await asyncio.gather(*(redeploy(replicated, f"{service}-{replica}") for service in SERVICES))

    await assert_kept(replicated, load, say, restarted=len(replicated.services))
    troubles = {what: count for what, count in load.troubles.items() if what != "session 409"}
    assert troubles == {}


async def redeploy(clinic: Clinic, name: str) -> None:
    """Told to stop, and replaced by a new process."""
    before = clinic.pids()[name]
    clinic.signal(name, signal.SIGTERM)
    await clinic.ready(name, other_than=before)
    await asyncio.sleep(SETTLED)
