"""Whoever looks at many logs asks once where they are, not topic by topic."""

import pytest
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient

from shared.messaging.broker import log_reader
from shared.messaging.topics import ensure_topics
from shared.settings import Settings
from tests.conftest import BrokerAt, MakeScratch
from tests.contracts.messaging.relaying import PARTITIONS, topics_of_its_own


@pytest.fixture
async def settings(scratch: MakeScratch, broker: BrokerAt) -> Settings:
    place = await scratch("intake", kafka_bootstrap_servers=[broker.bootstrap], kafka_broker_kind=broker.kind)
    return place.settings


async def test_the_ends_of_many_topics_cost_one_look_at_where_they_are(settings, monkeypatch):
    topics = topics_of_its_own(12)
    await ensure_topics(settings, topics.values())
    places = [TopicPartition(name, number) for name in topics for number in range(PARTITIONS)]
    async with log_reader(settings, "intake", places) as reader:
        await reader.end_offsets(places)  # from now on every new log has its leader
    look, looks = AIOKafkaClient._metadata_update, []

    async def counted(client, *asked):
        looks.append(asked)
        return await look(client, *asked)

    monkeypatch.setattr(AIOKafkaClient, "_metadata_update", counted)
    async with log_reader(settings, "intake", places) as reader:
        ends = await reader.end_offsets(places)

    assert ends == dict.fromkeys(places, 0)
    assert len(looks) <= 3
