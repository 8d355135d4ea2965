"""A rolling release: an older process and a newer one share an outbox, and the newer says events that the older never heard of.

What an older release does with newer fields and values in events that it knows stands in test_broken_records.py and
test_redrive.py: the ones are ignored, the others kept until there is somebody who can read them.
"""

from collections.abc import AsyncIterator

import pytest

from shared.messaging.relay import Relay
from tests.contracts.messaging.relaying import Relaying, event, numbers_by_key, topics_of_its_own


@pytest.fixture
async def newer(scratch, broker) -> AsyncIterator[Relaying]:
    """What the newer release says: two topics, both made. No relay runs yet."""
    place = await scratch("intake", kafka_bootstrap_servers=[broker.bootstrap], kafka_broker_kind=broker.kind)
    relaying = Relaying(place.settings, await place.open("intake"), topics_of_its_own(2))
    await relaying.make_topics()
    yield relaying
    await relaying.stop()
    await relaying.database.close()


async def older_relay(newer: Relaying) -> Relay:
    """The release before the second topic came."""
    relay = Relay(newer.settings, newer.database, {newer.topic: newer.topics[newer.topic]})
    newer.relays.append(relay)
    await relay.start()
    return relay


@pytest.mark.needs("leaves_topics_to_us")
@pytest.mark.parametrize("running", [True, False], ids=["while it runs", "when it starts"])
async def test_an_older_relay_brings_what_only_the_newer_release_declares_and_holds_no_key_back(newer, running):
    known, unknown = newer.topics
    if running:
        await older_relay(newer)
        await newer.say(event(known, "before", 0))
        await newer.all_sent()

    await newer.say(event(known, "patient", 1), event(unknown, "patient", 2), event(known, "patient", 3))
    if not running:
        await older_relay(newer)
    await newer.all_sent()

    records = [stands for stands in await newer.records() if stands.key == "patient"]
    assert {stands.number: stands.topic for stands in records} == {1: known, 2: unknown, 3: known}
    assert await newer.database.pool.fetchval("select count(*) from outbox where parked_at is not null") == 0


@pytest.mark.needs("leaves_topics_to_us")
async def test_both_bring_events_of_one_key_to_the_same_partition(newer):
    unknown = list(newer.topics)[1]
    await older_relay(newer)
    await newer.say(*(event(unknown, f"patient-{number % 5}", number) for number in range(20)))
    await newer.all_sent()
    await newer.stop()
    await newer.relay()

    await newer.say(*(event(unknown, f"patient-{number % 5}", number) for number in range(20, 40)))
    await newer.all_sent()

    records = await newer.records()
    assert numbers_by_key(records) == {f"patient-{key}": list(range(key, 40, 5)) for key in range(5)}
    assert len({(stands.key, stands.partition) for stands in records}) == 5
