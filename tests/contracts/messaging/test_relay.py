"""The relay's promises, on a real database and whatever broker the run is given."""

import asyncio
import random
from collections.abc import AsyncIterator
from functools import partial

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic

from shared.events.catalogue import Topic
from shared.messaging import lanes, outbox_rows, relay_session
from shared.messaging.broker import administration
from shared.messaging.outbox import lane_of
from shared.messaging.record_batch import partition_of
from shared.messaging.topics import WrongPartitions, ensure_topics
from tests.conftest import BrokerAt, MakeScratch
from tests.contracts.messaging.relaying import (
    PARTITIONS,
    Relaying,
    event,
    eventually,
    first_occurrences,
    numbers_by_key,
    topics_of_its_own,
)


@pytest.fixture
async def relaying(scratch: MakeScratch, broker: BrokerAt) -> AsyncIterator[Relaying]:
    place = await scratch("intake", kafka_bootstrap_servers=[broker.bootstrap], kafka_broker_kind=broker.kind)
    relaying = Relaying(place.settings, await place.open("intake"))
    await relaying.make_topics()
    yield relaying
    await relaying.stop()
    await relaying.database.close()


async def test_what_was_said_stands_in_kafka_with_its_key_and_headers(relaying):
    await relaying.say_numbers("clinic/patient", [1])
    await relaying.relay()

    await relaying.all_sent()

    (record,) = await relaying.records()
    assert (record.key, record.number, record.log_epoch) == ("clinic/patient", 1, 0)


async def test_the_outbox_remembers_where_each_event_stands(relaying):
    await relaying.say_numbers("clinic/patient", range(5))
    await relaying.relay()

    await relaying.all_sent()

    rows = await relaying.database.pool.fetch('select "partition", "offset", published_at from outbox order by seq')
    records = await relaying.records()
    assert [(row["partition"], row["offset"]) for row in rows] == [(r.partition, r.offset) for r in records]
    assert all(row["published_at"] for row in rows)


async def test_a_commit_wakes_the_relay(relaying, monkeypatch):
    monkeypatch.setattr(relay_session, "ALONE_POLL", 3600)
    relay = await relaying.relay()
    await eventually(lambda: _well(relay))

    await relaying.say_numbers("clinic/patient", [1])
    await relaying.all_sent()

    assert [record.number for record in await relaying.records()] == [1]


async def _well(relay) -> bool:
    return relay.health()["ok"]


async def test_the_events_of_a_key_keep_their_order_across_topics_and_two_relays(relaying):
    relaying.topics |= topics_of_its_own(2)
    await relaying.make_topics()
    topics, chance, count = list(relaying.topics), random.Random(7), 0
    await relaying.relay()
    await relaying.relay()

    for _ in range(60):
        await relaying.say(*(event(chance.choice(topics), f"key-{chance.randrange(40)}", count + n) for n in range(50)))
        count += 50
    await relaying.all_sent()

    records = await relaying.records()
    assert len(records) == count
    for topic in topics:
        for numbers in numbers_by_key(record for record in records if record.topic == topic).values():
            assert numbers == sorted(numbers)


async def test_two_relays_share_the_lanes(relaying):
    first = await relaying.relay()
    await eventually(lambda: _holds(first, 64))
    second = await relaying.relay()

    await eventually(lambda: _holds(second, 32))

    assert await _holds(first, 32)


async def _holds(relay, count: int) -> bool:
    return relay.health()["lanes"] == count


async def test_a_relay_that_stops_leaves_its_lanes_at_once(relaying):
    first = await relaying.relay()
    await eventually(lambda: _holds(first, 64))

    await first.stop()

    leased = "select count(*) from relay_lane where owner is not null or leased_until > now()"
    assert await relaying.database.pool.fetchval(leased) == 0


async def test_a_relay_that_is_stopped_waits_for_the_answer_to_what_it_sent_and_marks_it(relaying, monkeypatch):
    """Otherwise every deploy would say again what was on its way."""
    send, may_answer = AIOKafkaProducer.send_batch, asyncio.Event()

    async def answered_late(producer, *arguments, **named):
        answer = await send(producer, *arguments, **named)

        async def late():
            metadata = await answer
            await may_answer.wait()
            return metadata

        return asyncio.ensure_future(late())

    monkeypatch.setattr(AIOKafkaProducer, "send_batch", answered_late)
    await relaying.say_numbers("clinic/patient", [1])
    relay = await relaying.relay()
    await eventually(lambda: _stand(relaying, 1))

    stopping = asyncio.create_task(relay.stop())
    await asyncio.sleep(0.2)
    may_answer.set()
    await stopping

    assert await relaying.waiting() == 0


async def test_a_relay_that_slept_past_its_leases_marks_nothing(relaying, monkeypatch):
    """Its lanes are taken away while an acknowledged row waits to be marked, as after a SIGSTOP."""
    mark, may_mark, marked = outbox_rows.mark_sent, asyncio.Event(), asyncio.Event()

    async def marks_late(*arguments):
        await may_mark.wait()
        moved = await mark(*arguments)
        marked.set()
        return moved

    monkeypatch.setattr(outbox_rows, "mark_sent", marks_late)
    monkeypatch.setattr(relay_session, "KEEP_EVERY", 3600)
    await relaying.say_numbers("clinic/patient", [1, 2])
    relay = await relaying.relay()
    await eventually(lambda: _stand(relaying, 2))

    await relaying.database.pool.execute("update relay_lane set owner = gen_random_uuid(), epoch = epoch + 1")
    may_mark.set()
    await marked.wait()

    assert await relaying.waiting() == 2
    await relay.stop()
    await relaying.database.pool.execute("update relay_lane set leased_until = '-infinity'")
    await relaying.relay()
    await relaying.all_sent()
    assert numbers_by_key(await relaying.records())["clinic/patient"] == [1, 2, 1, 2]


async def _stand(relaying: Relaying, count: int) -> bool:
    return len(await relaying.records()) >= count


async def test_a_key_waits_behind_a_row_that_cannot_be_sent_and_the_others_go_on(relaying):
    await relaying.say(event(relaying.topic, "stuck", 1), event("nobody-declared-this", "stuck", 2))
    await relaying.say_numbers("stuck", [3])
    await relaying.say_numbers("free", [4])
    relay = await relaying.relay()

    async def free_went() -> bool:
        return await _stand(relaying, 2)

    await eventually(free_went)
    await asyncio.sleep(0.5)

    assert numbers_by_key(await relaying.records()) == {"stuck": [1], "free": [4]}
    (row,) = await relaying.database.pool.fetch("select parked_why from outbox where parked_at is not null")
    assert row["parked_why"] == "topic-unknown"
    await eventually(lambda: _parked(relay, 1))
    assert not relay.health()["ok"]


async def _parked(relay, count: int) -> bool:
    return relay.health()["parked"] == count


async def test_a_row_whose_headers_cannot_be_read_is_parked(relaying):
    await relaying.say_numbers("broken", [1])
    await relaying.database.pool.execute("update outbox_waiting set headers = '[]'")
    await relaying.say_numbers("whole", [2])
    await relaying.relay()

    await relaying.all_sent()

    assert numbers_by_key(await relaying.records()) == {"whole": [2]}
    assert await relaying.database.pool.fetchval("select parked_why from outbox_waiting") == "headers-unreadable"


async def test_a_large_row_goes_among_small_ones(relaying):
    await relaying.say_numbers("clinic/patient", [1])
    await relaying.say(event(relaying.topic, "clinic/patient", 2, body=b"x" * 890_000))
    await relaying.say_numbers("clinic/patient", [3])
    await relaying.relay()

    await relaying.all_sent()

    assert numbers_by_key(await relaying.records())["clinic/patient"] == [1, 2, 3]


async def test_a_log_that_lost_everything_is_filled_again_oldest_first_with_a_higher_epoch(relaying):
    await relaying.say_numbers("clinic/patient", range(20))
    relay = await relaying.relay()
    await relaying.all_sent()
    await relay.stop()
    await relaying.wipe()

    await relaying.say_numbers("clinic/patient", [20])
    await relaying.relay()
    await eventually(lambda: _stand(relaying, 21))

    records = await relaying.records()
    assert [record.number for record in records] == list(range(21))
    assert {record.log_epoch for record in records} == {1}


async def test_a_log_cut_under_a_running_relay_is_noticed_at_the_next_send(relaying):
    await relaying.say_numbers("clinic/patient", range(20))
    await relaying.relay()
    await relaying.all_sent()
    await relaying.wipe()

    await relaying.say_numbers("clinic/patient", [20])
    await eventually(lambda: _refilled(relaying, 1, 21))
    await relaying.all_sent()

    assert max(record.log_epoch for record in await relaying.records()) == 1


async def test_a_cut_is_noticed_while_nothing_is_said(relaying, monkeypatch):
    monkeypatch.setattr(relay_session, "LOG_LOOK", 0.5)
    await relaying.say_numbers("clinic/patient", range(5))
    await relaying.relay()
    await relaying.all_sent()
    await relaying.wipe()

    await eventually(lambda: _stand(relaying, 5))

    assert [record.log_epoch for record in await relaying.records()] == [1] * 5


async def test_only_one_of_two_relays_raises_the_epoch(relaying):
    for key in range(30):
        await relaying.say_numbers(f"key-{key}", [0, 1])
    for _ in range(2):
        await relaying.relay()
    await relaying.all_sent()
    await relaying.wipe()

    for key in range(30):
        await relaying.say_numbers(f"key-{key}", [2])
    await eventually(lambda: _refilled(relaying, 30, 3))

    assert max(record.log_epoch for record in await relaying.records()) == 1


@pytest.mark.parametrize("lanes_are_lost", [False, True], ids=["marked", "refused"])
async def test_a_log_that_was_cut_and_written_over_by_what_was_on_its_way_is_filled_again(
    relaying, monkeypatch, lanes_are_lost
):
    """It is longer than ever when the answer comes, and the answer lies above all that its relay knew when it sent."""
    send, held, may_go = AIOKafkaProducer.send_batch, asyncio.Event(), asyncio.Event()

    async def first_of_all_waits(producer, *arguments, **named):
        if not held.is_set():
            held.set()
            await may_go.wait()
        return await send(producer, *arguments, **named)

    for relay in [await relaying.relay() for _ in range(2)]:
        await eventually(partial(_holds, relay, 32))
    ours, theirs = await keys_in_one_log_of_two_relays(relaying)
    monkeypatch.setattr(AIOKafkaProducer, "send_batch", first_of_all_waits)
    await relaying.say_numbers(ours, range(5))
    await held.wait()
    await relaying.say_numbers(theirs, range(5))
    await eventually(partial(_waiting, relaying, 5))
    await relaying.wipe()
    if lanes_are_lost:
        await relaying.database.pool.execute("update relay_lane set epoch = epoch + 1 where lane = $1", lane_of(ours))
    await asyncio.sleep(relay_session.FRESH)
    may_go.set()

    await eventually(lambda: _refilled(relaying, 2, 5))
    await relaying.all_sent()
    assert max(record.log_epoch for record in await relaying.records()) == 1


async def keys_in_one_log_of_two_relays(relaying: Relaying) -> tuple[str, str]:
    owners = dict(await relaying.database.pool.fetch("select lane, owner from relay_lane"))
    keys = [key for key in map("key-{}".format, range(200)) if partition_of(key, PARTITIONS) == 0]
    return keys[0], next(key for key in keys if owners[lane_of(key)] != owners[lane_of(keys[0])])


async def _waiting(relaying: Relaying, count: int) -> bool:
    return await relaying.waiting() == count


async def _refilled(relaying: Relaying, keys: int, each: int) -> bool:
    by_key = numbers_by_key(record for record in await relaying.records() if record.log_epoch)
    return len(by_key) == keys and all(first_occurrences(numbers) == list(range(each)) for numbers in by_key.values())


async def test_lanes_of_a_killed_relay_are_taken_over_when_the_leases_have_run_out(relaying, monkeypatch):
    monkeypatch.setattr(lanes, "LEASE", lanes.timedelta(seconds=2))
    await relaying.database.pool.execute(
        "update relay_lane set owner = gen_random_uuid(), leased_until = now() + interval '2 seconds'"
    )
    await relaying.say_numbers("clinic/patient", [1])
    relay = await relaying.relay()

    await eventually(lambda: _holds(relay, 64))
    await relaying.all_sent()

    assert [record.number for record in await relaying.records()] == [1]


async def test_a_database_that_drops_every_connection_costs_nothing(relaying):
    """Back ends are killed while events flow: no event is lost or out of order, and none needs a human."""
    await relaying.relay()
    for number in range(0, 400, 4):
        try:
            await relaying.say_numbers("clinic/patient", range(number, number + 4))
        except Exception:  # our own connection was among the killed
            await relaying.say_numbers("clinic/patient", range(number, number + 4))
        if number % 100 == 0:
            await relaying.database.pool.execute(
                "select pg_terminate_backend(pid, 60000) from pg_stat_activity "
                "where usename = current_user and pid <> pg_backend_pid()"
            )
    await relaying.all_sent()

    numbers = numbers_by_key(await relaying.records())["clinic/patient"]
    assert first_occurrences(numbers) == list(range(400))


async def test_a_relay_makes_topics_that_the_broker_has_lost(relaying):
    await relaying.say_numbers("clinic/patient", range(3))
    relay = await relaying.relay()
    await relaying.all_sent()
    await relay.stop()
    await relaying.delete_topics()

    await relaying.say_numbers("clinic/patient", [3])
    await relaying.relay()
    await relaying.all_sent()

    assert numbers_by_key(await relaying.records())["clinic/patient"] == [0, 1, 2, 3]


async def test_topics_are_made_once_by_however_many_jobs(relaying):
    relaying.topics = topics_of_its_own(2)

    done = await asyncio.gather(*(ensure_topics(relaying.settings, relaying.topics.values()) for _ in range(3)))

    assert {name for one in done for name in (*one.created, *one.verified)} == set(relaying.topics)
    again = await ensure_topics(relaying.settings, relaying.topics.values())
    assert again.created == ()


async def test_a_topic_with_another_number_of_partitions_is_refused(relaying):
    stated = [Topic(topic.name, topic.kind, "intake", (), partitions=5) for topic in relaying.topics.values()]
    settings = relaying.settings.model_copy(update={"kafka_broker_kind": "kafka"})

    with pytest.raises(WrongPartitions, match="has 3 partitions, 5 are stated"):
        await ensure_topics(settings, stated)


async def test_where_the_broker_lays_topics_out_itself_a_narrow_one_is_widened_and_filled(relaying, monkeypatch):
    """Such a broker, killed, has lost a topic, and answers the next who asks with one of a single partition."""
    monkeypatch.setattr(relay_session, "LOG_LOOK", 0.5)
    relaying.settings = relaying.settings.model_copy(update={"kafka_broker_kind": "noida"})
    await relaying.say_numbers("clinic/patient", range(5))
    await relaying.relay()
    await relaying.all_sent()
    await relaying.delete_topics()
    async with administration(relaying.settings) as admin:
        await admin.create_topics([NewTopic(relaying.topic, 1, 1)])

    await eventually(lambda: _is_wide(relaying))
    await eventually(lambda: _refilled(relaying, 1, 5))

    assert {record.log_epoch for record in await relaying.records()} == {1}


async def _is_wide(relaying: Relaying) -> bool:
    async with administration(relaying.settings) as admin:
        found = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics()}
    return found.get(relaying.topic) == relaying.topics[relaying.topic].partitions


async def test_a_stop_while_the_broker_is_away_is_bounded(scratch):
    place = await scratch("intake", kafka_bootstrap_servers=["127.0.0.1:9"])
    relaying = Relaying(place.settings, await place.open("intake"))
    await relaying.say_numbers("clinic/patient", [1])
    relay = await relaying.relay()
    await asyncio.sleep(0.5)

    await asyncio.wait_for(relay.stop(), 60)  # a broker that is away may be away for days

    assert await relaying.waiting() == 1
    await relaying.database.close()


def test_the_lane_of_a_key_never_changes():
    assert [lane_of(key) for key in ("a", "clinic/patient", "")] == [3, 3, 0]
