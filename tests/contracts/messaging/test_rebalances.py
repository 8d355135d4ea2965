"""Members that come and go, also in the middle of a batch: each event has its effect once, and in its order."""

import asyncio

import pytest
from structlog.testing import capture_logs

from shared.messaging import effects, subscription
from tests.contracts.messaging.both_ends import both_ends
from tests.contracts.messaging.hearing import count, count_one, hearing, records_of, until
from tests.contracts.messaging.member import without_inbox
from tests.contracts.messaging.told import Told


@pytest.mark.parametrize("batch", [True, False])
async def test_members_that_come_and_go_while_events_flow_double_and_disorder_nothing(
    scratch, broker, monkeypatch, batch
):
    monkeypatch.setattr(effects, "take", without_inbox)  # so that only positions keep the count right
    async with both_ends(await scratch("intake"), broker) as here:
        told, stop = Told(here), asyncio.Event()
        await here.relay()
        await here.listen(batch=batch, member="one")

        async def flow() -> None:
            while not stop.is_set():
                await told.go_on(numbers=2)
                await asyncio.sleep(0.05)

        flowing = asyncio.create_task(flow())
        for _ in range(5):
            second = await here.listen(batch=batch, member="two")
            await asyncio.sleep(1)
            await here.hearing.stop(second)
            await asyncio.sleep(0.5)
        await here.listen(batch=batch, member="two")  # some brokers keep for a member that left what it had
        stop.set()
        await flowing

        await told.all_heard()

        assert await here.hearing.in_order() == told.in_order
        assert await here.hearing.dead() == []


@pytest.mark.parametrize("batch", [True, False])
async def test_a_batch_that_a_rebalance_does_not_wait_for_is_done_by_one_member_only(
    scratch, broker, monkeypatch, batch
):
    monkeypatch.setattr(subscription, "GIVE_BACK", 0.2)
    monkeypatch.setattr(effects, "take", without_inbox)
    in_hand, go_on = asyncio.Event(), asyncio.Event()

    async def slow(tx, messages, now):
        in_hand.set()
        await go_on.wait()
        await (count if batch else count_one)(tx, messages, now)

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(30)))
        await here.listen(slow, batch=batch, member="one")
        await asyncio.wait_for(in_hand.wait(), 60)

        second = await here.listen(batch=batch, member="two")
        await until(lambda: _knows_where_it_stands(second))
        with capture_logs() as said:
            go_on.set()
            await here.passed(30)

        assert await here.effects() == dict.fromkeys(range(30), 1)
        assert await here.dead() == []
        assert "poll_failed" not in {line["event"] for line in said}  # that partitions are taken away is no failure


async def _knows_where_it_stands(consumer) -> bool:
    return all(topic["assigned"] and topic["partitions"] for topic in consumer.health()["topics"].values())
