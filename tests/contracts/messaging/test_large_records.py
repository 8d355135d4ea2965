"""Records up to the limit go all the way; what is larger is refused while there is somebody to tell."""

import pytest
from aiokafka.admin import NewTopic

from shared.ids import uuid7
from shared.messaging.broker import administration
from shared.messaging.outbox import LARGEST_RECORD, EventTooLarge, _size
from tests.contracts.messaging.both_ends import BothEnds, both_ends
from tests.contracts.messaging.relaying import eventually


def note_up_to(here: BothEnds, size: int) -> str:
    """So long that the whole event has `size` bytes."""
    return "x" * (size - _size(here.event(uuid7(), 0)))


@pytest.mark.parametrize("batch", [True, False])
async def test_records_of_the_largest_size_have_their_effects_in_order_among_small_ones(scratch, broker, batch):
    async with both_ends(await scratch("intake"), broker) as here:
        patient, largest = uuid7(), note_up_to(here, LARGEST_RECORD)
        for number in range(0, 9, 3):
            await here.say(patient, [number])
            await here.say(patient, [number + 1], note=largest)
            await here.say(patient, [number + 2])
        await here.relay()
        await here.listen(batch=batch)

        await here.heard({patient: 9})

        assert await here.hearing.in_order() == {patient: list(range(9))}
        assert await here.hearing.dead() == []


async def test_one_byte_more_is_refused_with_the_whole_transaction(scratch, broker):
    async with both_ends(await scratch("intake"), broker) as here:
        too_large = note_up_to(here, LARGEST_RECORD + 1)

        with pytest.raises(EventTooLarge):
            await here.saying.say(here.event(uuid7(), 0), here.event(uuid7(), 1, too_large))

        assert await here.saying.waiting() == 0


@pytest.mark.needs("refuses_large_records")
async def test_what_the_broker_finds_too_large_is_set_aside_and_only_its_key_waits(scratch, broker):
    async with both_ends(await scratch("intake"), broker) as here:
        await _let_the_broker_take_at_most(here, 50_000)
        stuck, free = uuid7(), uuid7()
        await here.say(stuck, [0])
        await here.say(stuck, [1], note="x" * 60_000)
        await here.say(stuck, [2])
        await here.say(free, range(5))
        await here.relay()
        await here.listen()

        await eventually(lambda: _parked(here))

        await here.hearing.passed(6)
        assert await here.hearing.in_order() == {stuck: [0], free: list(range(5))}
        (row,) = await here.hearing.database.pool.fetch("select * from outbox where parked_at is not null")
        assert row["parked_why"] == "refused-by-broker:MessageSizeTooLargeError"


async def _let_the_broker_take_at_most(here: BothEnds, size: int) -> None:
    await here.saying.delete_topics()
    async with administration(here.hearing.settings) as admin:
        topic = here.saying.topics[here.saying.topic]
        limit = {"max.message.bytes": str(size)}
        await admin.create_topics([NewTopic(topic.name, topic.partitions, 1, topic_configs=limit)])


async def _parked(here: BothEnds) -> bool:
    return await here.hearing.database.pool.fetchval("select exists (select from outbox where parked_at is not null)")
