"""What a consumer does with good records."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer

from shared.messaging import consumer_health, subscription
from shared.messaging.consumer_health import Watch
from tests.contracts.messaging.hearing import hearing, records_of, until


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


async def test_a_consumer_that_never_gets_an_assignment_again_is_started_anew(scratch, broker, monkeypatch):
    monkeypatch.setattr(consumer_health, "EVERY", 0.5)
    monkeypatch.setattr(consumer_health, "NOBODYS", 1.0)
    async with hearing(await scratch("intake"), broker) as here:
        consumer = await here.listen()
        await here.send(records_of(here.model, range(5)))
        await here.passed(5)
        (ear,) = consumer._subscriptions  # as aiokafka does when its group breaks up
        client = ear.consumer

        await ear.on_partitions_revoked([])

        async def joined_anew() -> bool:
            return ear.assigned and ear.consumer is not client

        await until(joined_anew)
        await here.send(records_of(here.model, range(5, 10)))
        await here.passed(10)
        assert await here.effects() == dict.fromkeys(range(10), 1)


async def test_a_client_that_hangs_while_it_joins_is_given_up_and_another_joins(scratch, broker, monkeypatch):
    monkeypatch.setattr(subscription, "JOIN", 1.0)
    join, hung = AIOKafkaConsumer.start, []

    async def hang_once(client: AIOKafkaConsumer) -> None:
        if client._group_id is None or hung:  # who only looks at logs joins nothing
            monkeypatch.setattr(subscription, "JOIN", 60.0)
            await join(client)
        else:
            hung.append(client)
            await asyncio.Event().wait()

    monkeypatch.setattr(AIOKafkaConsumer, "start", hang_once)
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(5)))
        await here.listen()

        await here.passed(5)

        assert len(hung) == 1
