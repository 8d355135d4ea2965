"""What a consumer does with good records."""

import asyncio

import pytest

from shared.messaging.consumer_health import Watch
from tests.contracts.messaging.hearing import hearing, records_of


@pytest.mark.parametrize("batch", [True, False])
async def test_every_record_has_one_effect(scratch, broker, batch):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(200)))
        await here.listen(batch=batch)

        await here.passed(200)

        assert await here.effects() == dict.fromkeys(range(200), 1)
        assert await here.dead() == []


async def test_a_stopped_consumer_leaves_nothing_running_even_if_a_part_of_it_has_died(scratch, broker, monkeypatch):
    async def die(_: Watch) -> None:
        """As a client library does it that cancels a future under the one who awaits it."""
        raise asyncio.CancelledError

    monkeypatch.setattr(Watch, "run", die)
    async with hearing(await scratch("intake"), broker) as here:
        consumer = await here.listen()
        await here.send(records_of(here.model, range(5)))
        await here.passed(5)

        await here.stop(consumer)

        assert [task for task in asyncio.all_tasks() if "Consumer." in repr(task.get_coro())] == []
