"""What the product needs of any broker, tried on the broker of this run, and what its kind says it cannot do."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from operations.embedded.broker import embedded_broker
from operations.embedded.errors import FolderInUseError
from shared.messaging.broker_kinds import BROKER_KINDS, broker_kind


@asynccontextmanager
async def topic(bootstrap, partitions=4):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    name = f"tried-{uuid4().hex[:8]}"
    try:
        await admin.create_topics([NewTopic(name, partitions, 1)])
        yield name
    finally:
        await admin.close()


@asynccontextmanager
async def producing(bootstrap):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def consuming(bootstrap, name, group, member=None):
    consumer = AIOKafkaConsumer(
        name,
        bootstrap_servers=bootstrap,
        group_id=group,
        group_instance_id=member,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=6000,
        heartbeat_interval_ms=500,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def take(consumer, count, seconds=60):
    records = []
    async with asyncio.timeout(seconds):
        while len(records) < count:
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                records += batch
    return records


async def test_a_topic_has_the_partitions_it_was_given(broker):
    async with topic(broker.bootstrap, partitions=6) as name, producing(broker.bootstrap) as producer:
        assert await producer.partitions_for(name) == set(range(6))


async def test_an_idempotent_producer_is_understood_and_order_per_key_is_kept(broker):
    async with topic(broker.bootstrap) as name, producing(broker.bootstrap) as producer:
        for number in range(20):
            await producer.send_and_wait(name, str(number).encode(), key=b"same", headers=[("ce_id", b"x")])
        async with consuming(broker.bootstrap, name, f"g-{name}") as consumer:
            records = await take(consumer, 20)
    assert [int(record.value) for record in records] == list(range(20))
    assert len({record.partition for record in records}) == 1
    assert [record.offset for record in records] == list(range(20))


async def test_two_members_share_the_partitions(broker):
    group = f"g-{uuid4().hex[:8]}"
    async with (
        topic(broker.bootstrap) as name,
        consuming(broker.bootstrap, name, group, "one") as one,
        consuming(broker.bootstrap, name, group, "two") as two,
    ):
        async with asyncio.timeout(60):
            while not (len(one.assignment()) == len(two.assignment()) == 2):
                await asyncio.gather(one.getmany(timeout_ms=100), two.getmany(timeout_ms=100))
        assert {partition for _, partition in one.assignment() | two.assignment()} == set(range(4))


async def test_a_static_member_that_comes_back_goes_on_where_it_committed(broker):
    group = f"g-{uuid4().hex[:8]}"
    async with topic(broker.bootstrap, partitions=1) as name, producing(broker.bootstrap) as producer:
        for number in range(4):
            await producer.send_and_wait(name, str(number).encode())
        async with consuming(broker.bootstrap, name, group, "one") as first:
            await take(first, 4)
            await first.commit({TopicPartition(name, 0): 2})
        async with consuming(broker.bootstrap, name, group, "one") as again:
            assert [int(record.value) for record in await take(again, 2)] == [2, 3]


async def test_a_waiting_fetch_is_answered_when_a_record_arrives(broker):
    """Declared as `fetch_wakes_on_data`: without it every event would wait for the next poll."""
    assert broker_kind(broker.kind).fetch_wakes_on_data
    async with topic(broker.bootstrap, partitions=1) as name, producing(broker.bootstrap) as producer:
        consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, fetch_max_wait_ms=30_000)
        await consumer.start()
        try:
            consumer.assign([TopicPartition(name, 0)])
            await consumer.seek_to_beginning()
            await producer.send_and_wait(name, b"first")
            await consumer.getone()
            waiting = asyncio.create_task(consumer.getone())
            await asyncio.sleep(0.5)
            await producer.send_and_wait(name, b"second")
            assert (await asyncio.wait_for(waiting, 20)).value == b"second"
        finally:
            await consumer.stop()


async def test_every_kind_is_found_by_its_name():
    for name, kind in BROKER_KINDS.items():
        assert broker_kind(name) is kind
    with pytest.raises(ValueError, match="one of kafka, noida"):
        broker_kind("rabbit")


# The embedded broker as a process.


async def test_a_clean_stop_keeps_records_and_offsets(tmp_path):
    async with embedded_broker(tmp_path) as broker, topic(broker.bootstrap, 1) as name:
        async with producing(broker.bootstrap) as producer:
            await producer.send_and_wait(name, b"kept")
            await producer.send_and_wait(name, b"kept too")
        async with consuming(broker.bootstrap, name, "g", "one") as consumer:
            await take(consumer, 2)
            await consumer.commit({TopicPartition(name, 0): 1})
    async with embedded_broker(tmp_path) as broker, consuming(broker.bootstrap, name, "g", "one") as consumer:
        assert [record.value for record in await take(consumer, 1)] == [b"kept too"]


async def test_after_a_kill_it_is_back_at_the_same_address_and_takes_records(tmp_path):
    async with embedded_broker(tmp_path) as broker:
        address = broker.bootstrap
        broker.kill()
        await broker.start()
        assert broker.bootstrap == address
        async with topic(broker.bootstrap, 1) as name, producing(broker.bootstrap) as producer:
            assert (await producer.send_and_wait(name, b"after")).offset == 0


async def test_one_owner_per_folder(tmp_path):
    async with embedded_broker(tmp_path):
        with pytest.raises(FolderInUseError):
            await embedded_broker(tmp_path).start()
