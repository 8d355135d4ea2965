"""Positions, repeats, disorder, and logs that are not what they were."""

from typing import Any

import pytest

from shared.ids import uuid7
from shared.messaging import consumer
from shared.messaging.subscription import Subscription
from tests.contracts.messaging.hearing import count, hearing, records_of, until


async def test_repeats_have_one_effect(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        records = records_of(here.model, range(50))
        await here.send(records + records[:25])
        await here.listen()
        await here.passed(75)
        await here.send(records)

        await here.passed(125)

        assert await here.effects() == dict.fromkeys(range(50), 1)


async def test_the_rows_of_one_key_are_seen_in_their_order(scratch, broker):
    seen: list[int] = []

    async def watch(tx, message, now):
        seen.append(message.event.number)

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(120), patient=uuid7()))
        await here.listen(watch, batch=False)

        await here.passed(120)

        assert seen == list(range(120))


async def test_a_restarted_consumer_goes_on_where_it_was(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(20)))
        consumer = await here.listen()
        await here.passed(20)
        await here.stop(consumer)
        await here.send(records_of(here.model, range(20, 40)))
        await here.database.pool.execute("delete from inbox")  # only the positions can know now

        await here.listen()
        await here.passed(40)

        assert await here.effects() == dict.fromkeys(range(40), 1)


async def test_a_position_that_somebody_else_moved_is_read_again(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(10)), partition=0)
        await here.listen()
        await here.passed(10)

        # As if another member had gone ahead by three rows.
        await here.database.pool.execute('update consumer_position set next_offset = 13 where "partition" = 0')
        await here.send(records_of(here.model, range(10, 20)), partition=0)
        await here.passed(20)

        assert sorted(await here.effects()) == [*range(10), *range(13, 20)]


async def test_effects_that_a_crash_of_the_database_took_back_happen_again_also_on_a_quiet_topic(
    scratch, broker, monkeypatch
):
    """Effect, inbox and position go together: their commit did not wait for the disk."""
    monkeypatch.setattr(consumer, "NOTICE_EVERY", 0.3)
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(10)))
        await here.listen()
        await here.passed(10)
        async with here.database.transaction() as tx:
            await tx.execute("delete from counted_effect")
            await tx.execute("delete from inbox")
            await tx.execute("update consumer_position set next_offset = 0")

        await here.passed(10)

        assert await here.effects() == dict.fromkeys(range(10), 1)


@pytest.mark.parametrize(("safety", "says", "waits"), [(False, False, "off"), (False, True, "on"), (True, False, "on")])
async def test_an_effect_waits_for_the_disk_when_it_says_something_or_is_about_safety(
    scratch, broker, safety, says, waits
):
    async def effect(tx, messages, _now):
        await tx.execute("insert into noted (id) values (gen_random_uuid())")
        if says:
            tx.emit(messages[0].event, of=messages[0])

    async with hearing(await scratch("intake"), broker, safety=safety) as here:
        await here.own_table("noted (id uuid primary key, waits text)")
        await here.note_waits("noted")
        await here.send(records_of(here.model, [1]))
        await here.listen(effect)
        await here.passed(1)

        assert await here.database.pool.fetchval("select waits from noted") == waits


async def test_a_higher_log_epoch_means_from_the_beginning(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        first = records_of(here.model, range(10))
        await here.send(first, partition=0)
        await here.listen()
        await here.passed(10)
        # The log was cut and filled again below the position: made visible by a row that was skipped there.
        await here.database.pool.execute("delete from inbox where event_id = $1", _id(first[4]))
        await here.database.pool.execute("delete from counted_effect where number = 4")

        await here.send(records_of(here.model, [10, 11], epoch=1), partition=0)
        await here.passed(12)

        await until(lambda: _has(here, 4))
        assert await here.effects() == dict.fromkeys(range(12), 1)
        row = await here.database.pool.fetchrow('select * from consumer_position where "partition" = 0')
        assert (row["next_offset"], row["log_epoch"]) == (12, 1)


async def test_a_log_filled_again_up_to_the_position_is_read_from_its_beginning(scratch, broker):
    """Repeats stood in the log before it was cut: now the same number of records holds one that was never there."""
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(5), epoch=1), partition=0)
        await here.stand_at(5)
        consumer = await here.listen()
        await until(lambda: _assigned(consumer))

        await consumer._watch.look()

        await until(lambda: _has(here, 4))
        assert await here.effects() == dict.fromkeys(range(5), 1)


async def test_records_before_the_position_give_away_that_the_log_is_another(scratch, broker):
    """So a client reads that was thrown back, while the log grew past the position again before anybody asked."""
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(5), epoch=1), partition=0)
        await here.stand_at(5)
        consumer = await here.listen()
        await until(lambda: _assigned(consumer))
        (subscription,) = consumer._subscriptions

        subscription.consumer.seek(subscription._stand.place(0), 0)

        await until(lambda: _has(here, 4))
        assert await here.effects() == dict.fromkeys(range(5), 1)


async def test_a_log_that_ends_before_the_position_is_read_from_its_beginning(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(5)), partition=0)
        await here.stand_at(50)
        consumer = await here.listen()
        await until(lambda: _assigned(consumer))

        await consumer._watch.look()

        await until(lambda: _stands_at(here, 5))
        assert await here.effects() == dict.fromkeys(range(5), 1)


async def test_two_members_share_the_work_through_joins_and_leaves(scratch, broker):
    async with hearing(await scratch("intake"), broker, partitions=6) as here:
        await here.listen(member="one")
        for start in range(0, 600, 100):
            await here.send(records_of(here.model, range(start, start + 100)))
            if start % 200 == 0:
                second = await here.listen(member="two")
            else:
                await here.stop(second)

        if broker.kind != "kafka":  # a member of this broker that left keeps its partitions until it comes back
            await here.listen(member="two")
        await here.passed(600)

        assert await here.effects() == dict.fromkeys(range(600), 1)
        assert await here.dead() == []


async def test_a_topic_that_would_not_be_subscribed_stops_the_start(scratch, broker, monkeypatch):
    async with hearing(await scratch("intake"), broker) as here:
        monkeypatch.setattr(Subscription, "subscribed", property(lambda _: []))

        with pytest.raises(RuntimeError, match=here.model.topic):
            await here.listen()


@pytest.mark.parametrize("batch", [True, False])
async def test_offsets_in_kafka_follow_for_displays(scratch, broker, batch):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(9)), partition=0)
        consumer = await here.listen(count if batch else None, batch=batch)
        await here.passed(9)

        await consumer._watch.look()

        (subscription,) = consumer._subscriptions
        assert await subscription.consumer.committed(subscription._stand.place(0)) == 9
        assert consumer.health()["topics"][here.model.topic]["lag"] == 0


def _id(record: dict[str, Any]) -> str:
    return dict(record["headers"])["ce_id"].decode()


async def _has(here, number):
    return number in await here.effects()


async def _assigned(consumer):
    return all(topic["assigned"] and topic["partitions"] for topic in consumer.health()["topics"].values())


async def _stands_at(here, offset):
    return (
        await here.database.pool.fetchval('select next_offset from consumer_position where "partition" = 0') == offset
    )
