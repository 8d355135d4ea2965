"""Kafka comes back without its records, or without the newest of some partitions, under the same cluster id."""

import asyncio
import shutil
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import pytest

from operations.embedded.kafka_jars import KafkaFromJars
from tests.faults.clinic import Clinic, eventually
from tests.faults.measures import highest_offsets, last_offsets, log_epochs, noticed_after, now, slowest_effect
from tests.faults.under_fire import assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

PATIENCE = 120.0
"""Seconds; a loss is to be noticed within 30."""
AT_WORK = 1.5
"""Seconds of load before the loss, and after it was noticed."""
ENOUGH = 20
"""Records lost."""
TAIL_OF = ("consultation-requested", "consultation-scheduled", "risk-raised")
"""Topics of whose partitions every second one loses its newest records."""


async def test_a_broker_that_lost_everything_is_filled_again(replicated, load, say):
    kafka, begin = replicated.broker, now()

    async with load.running():
        await asyncio.sleep(AT_WORK)
        lost = await log_epochs(replicated)
        await kafka.stop()
        for node in kafka.nodes:
            shutil.rmtree(node.data)
        await kafka.start()
        noticed = await noticed_after(replicated, lost, PATIENCE)
        await asyncio.sleep(AT_WORK)

    slowest = await slowest_effect(replicated, begin)
    await assert_kept(replicated, load, say, logs=len(lost), noticed=noticed, slowest_effect=slowest)


async def test_partitions_that_lost_their_tail_are_filled_again(replicated, load, say, tmp_path: Path):
    kafka, begin = replicated.broker, now()

    async with load.running():
        await asyncio.sleep(AT_WORK)
        await kafka.stop()
        for partition in partitions_that_lose(kafka):
            shutil.copytree(partition, tmp_path / partition.name)
        await kafka.start()
        before = await last_offsets(replicated)  # at least what was copied
        await eventually(partial(written_since, replicated, before))
        await kafka.stop()
        after = await highest_offsets(replicated)
        for partition in partitions_that_lose(kafka):
            shutil.rmtree(partition)
            shutil.copytree(tmp_path / partition.name, partition)
        epochs = await log_epochs(replicated)
        await kafka.start()
        lost = {place: epochs[place] for place in after if after[place] > before[place] and loses(*place)}
        noticed = await noticed_after(replicated, lost, PATIENCE)
        await asyncio.sleep(AT_WORK)

    slowest = await slowest_effect(replicated, begin)
    records = sum(after[place] - before[place] for place in lost)
    await assert_kept(replicated, load, say, logs=len(lost), records=records, noticed=noticed, slowest_effect=slowest)


async def written_since(clinic: Clinic, before: Mapping[tuple[str, int], int]) -> bool:
    """Some of what will be lost has come and is marked."""
    now = await highest_offsets(clinic)
    return sum(now[place] - before[place] for place in now if loses(*place) and now[place] > before[place]) >= ENOUGH


def loses(topic: str, partition: int) -> bool:
    return topic in TAIL_OF and partition % 2 == 0


def partitions_that_lose(kafka: KafkaFromJars) -> Iterable[Path]:
    """Their folders on the disk."""
    for folder in sorted(kafka.nodes[0].data.iterdir()):
        topic, _, partition = folder.name.rpartition("-")
        if topic in TAIL_OF and loses(topic, int(partition)):
            yield folder
