"""Two replicas of every service on Apache Kafka: a deploy, a frozen process, and what becomes of the commands meanwhile."""

import asyncio
from pathlib import Path

import pytest

from operations.embedded.kafka_jars import temporary_kafka
from tests.faults.clinic import UNFENCED, running_clinic
from tests.faults.ledger import Ledger
from tests.faults.load import Load

pytestmark = pytest.mark.kafka


async def test_smoke(tmp_path: Path) -> None:
    async with running_clinic(tmp_path / "home", broker=temporary_kafka, replicas=2, settings=UNFENCED) as clinic:
        load = Load(clinic.addresses.public_url, Ledger(tmp_path / "ledger"), rate=20, seed=1)
        async with load.running():
            await asyncio.sleep(20)
        print(load.figures(), load.troubles, load._to_record)
        import time

        t = time.monotonic()
        await clinic.quiet()
        print("drained", time.monotonic() - t, clinic.starts)
        print(await clinic.dead_letters())
