"""Three brokers, each record on three and acknowledged by two: any one of them is killed under load, and nobody notices."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from operations.embedded.kafka_jars import KafkaFromJars, temporary_kafka
from shared.messaging.broker import BROKER_FAILURES
from tests.faults.clinic import UNFENCED, Clinic, eventually, running_clinic
from tests.faults.load import Load
from tests.faults.measures import now, slowest_effect
from tests.faults.under_fire import RATE, assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]


@pytest.fixture
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    home, three = tmp_path_factory.mktemp("three-brokers") / "home", partial(temporary_kafka, brokers=3)
    async with running_clinic(home, broker=three, replicas=2, settings=UNFENCED) as clinic:
        yield clinic


@pytest.mark.parametrize(
    ("rounds", "seconds"),
    [pytest.param(1, 2, marks=pytest.mark.faults_long), pytest.param(2, 12, marks=pytest.mark.faults_long)],
)
async def test_brokers_killed_in_turn_cost_nothing(clinic, ledger, seed, say, rounds, seconds):
    kafka, begin = clinic.broker, now()
    load = Load(clinic.addresses.public_url, ledger, rate=RATE, seed=seed)

    async with load.running():
        for node in kafka.nodes * rounds:
            node.kill()
            await asyncio.sleep(seconds)
            await kafka.start_node(node)
            await eventually(partial(in_sync, kafka))
            await asyncio.sleep(seconds)

    slowest = await slowest_effect(clinic, begin)
    await assert_kept(clinic, load, say, brokers_killed=3 * rounds, slowest_effect=slowest)


async def in_sync(kafka: KafkaFromJars) -> bool:
    """Every copy of every partition is up to date again. Not so while brokers do not answer."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    try:
        await admin.start()
        topics = await admin.describe_topics()
    except BROKER_FAILURES:
        return False
    finally:
        await admin.close()
    return bool(topics) and all(
        set(partition["isr"]) == set(partition["replicas"]) for topic in topics for partition in topic["partitions"]
    )
