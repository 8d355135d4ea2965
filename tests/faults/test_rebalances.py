"""Members that join every group and leave it again, over and over: nothing is lost or doubled, nothing stands still."""

import asyncio
import time

import pytest
from aiokafka import AIOKafkaConsumer

from shared.database.roles import SERVICES
from tests.faults.clinic import Clinic
from tests.faults.measures import now, slowest_effect
from tests.faults.under_fire import assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

EVERY = 3.0
"""Seconds from one joining to the next, where the machine lets it."""
STAYS = 1.0
"""Seconds that a guest keeps partitions without doing anything about them."""
GROUPS = " union ".join(f"select consumer_group, topic from {service}.consumer_position" for service in SERVICES)


@pytest.mark.parametrize(
    "seconds", [pytest.param(6, marks=pytest.mark.faults_short), pytest.param(120, marks=pytest.mark.faults_long)]
)
async def test_a_rebalance_of_every_group_every_three_seconds(replicated, load, say, seconds):
    begin = now()
    groups = [tuple(row) for row in await replicated.rows(GROUPS)]
    until, rounds = time.monotonic() + seconds, 0

    async with load.running():
        while time.monotonic() < until:
            await asyncio.gather(asyncio.sleep(EVERY), *(visit(replicated, *group) for group in groups))
            rounds += 1

    slowest = await slowest_effect(replicated, begin)
    await assert_kept(replicated, load, say, groups=len(groups), rounds=rounds, slowest_effect=slowest)


async def visit(clinic: Clinic, group: str, topic: str) -> None:
    """A guest joins, is given partitions, and leaves."""
    guest = AIOKafkaConsumer(topic, bootstrap_servers=clinic.broker.bootstrap, group_id=group, enable_auto_commit=False)
    async with guest:
        await asyncio.sleep(STAYS)
