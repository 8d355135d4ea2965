"""The database's disk is full under load: nothing is half done, people are told to come back, and space heals it all."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import partial

import pytest

from operations.embedded.errors import EmbeddedError
from operations.embedded.kafka_jars import temporary_kafka
from operations.embedded.postgres import EmbeddedPostgres
from tests.faults.clinic import UNFENCED, Clinic, eventually, running_clinic
from tests.faults.load import Load
from tests.faults.measures import every
from tests.faults.small_disk import SmallDisk, postgres_on, small_disk
from tests.faults.told_to_come_back import told_to_come_back
from tests.faults.under_fire import RATE, assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.needs("mounts")]


@pytest.fixture(scope="module")
def disk() -> Iterator[SmallDisk]:
    with small_disk() as disk:
        yield disk


@pytest.fixture(scope="module")
async def clinic(disk: SmallDisk, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    home, postgres = tmp_path_factory.mktemp("disk-full") / "home", partial(postgres_on, disk)
    async with running_clinic(home, broker=temporary_kafka, postgres=postgres, replicas=2, settings=UNFENCED) as clinic:
        yield clinic


@pytest.mark.parametrize(
    "seconds", [pytest.param(5, marks=pytest.mark.faults_long), pytest.param(30, marks=pytest.mark.faults_long)]
)
async def test_a_full_disk_is_waited_out(clinic, disk, ledger, seed, say, seconds):
    pids, restarts = clinic.pids(), []
    load = Load(clinic.addresses.public_url, ledger, rate=RATE, seed=seed)

    async with every(0.5, partial(start_again, clinic.postgres, restarts)), load.running():
        await asyncio.sleep(3)
        async with every(0.2, disk.fill):  # PostgreSQL itself frees some, of its old log
            await eventually(partial(told_to_come_back, clinic))
            await asyncio.sleep(seconds)
        disk.give_back()

    await assert_kept(
        clinic, load, say, seconds_full=seconds, postgres_restarts=len(restarts), troubles=dict(load.troubles)
    )
    assert clinic.pids() == pids


async def start_again(postgres: EmbeddedPostgres, restarts: list[bool]) -> None:
    """As a container runtime does it: PostgreSQL gives up when it cannot write its log."""
    if postgres.pid is None:
        restarts.append(True)
        with suppress(EmbeddedError, OSError):  # it cannot even write down that it owns its folder
            await postgres.start()
