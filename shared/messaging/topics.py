"""Topics exist because we made them: with stated partitions, copies and retention, never by the way."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.events.catalogue import TOPICS, Topic
from shared.messaging.broker import BROKER_FAILURES, administration
from shared.messaging.broker_kinds import broker_kind
from shared.settings import Settings

log = structlog.get_logger()

PATIENCE = 60.0
"""Seconds that a job waits for the broker."""
SETTLE = 30.0
"""Seconds until every broker must know a new topic."""
SAFE_COPIES = 3
"""From this many copies on, two must have a record before it counts as acknowledged: one broker may die."""


class WrongPartitions(Exception):
    """A topic has another number of partitions than its contract: keys would lie on other partitions than before."""

    def __init__(self, topic: str, found: int, stated: int) -> None:
        super().__init__(
            f"topic {topic} has {found} partitions, {stated} are stated; the number is part of the key contract: "
            "move the records into a new topic, or set the broker up anew"
        )


class BrokerAway(Exception):
    """No broker answered in time."""


@dataclass(frozen=True, slots=True)
class Ensured:
    """What `ensure_topics` did: names it made, names it found as they should be."""

    created: tuple[str, ...]
    verified: tuple[str, ...]
    others: Mapping[str, int]
    """Partitions of topics that were not stated, where the broker makes none by itself."""


async def ensure_topics(settings: Settings, topics: Iterable[Topic] = tuple(TOPICS.values())) -> Ensured:
    """Creates the topics that are missing and verifies the rest. Any number of jobs may do so at once.

    A topic with another number of partitions is refused. Only where the broker itself makes topics for whoever asks, and
    so after a loss puts its own layout before ours, it gets the rest: it is empty, and the outboxes fill it again.

    Raises WrongPartitions, or one of BROKER_FAILURES.
    """
    stated = {topic.name: topic for topic in topics}
    left_to_us = broker_kind(settings.kafka_broker_kind).leaves_topics_to_us
    async with administration(settings) as admin:
        if not left_to_us:
            await _widen(admin, stated)
        there = await _partitions(admin)
        found = _verify(stated, there)
        missing = [topic for name, topic in stated.items() if name not in found]
        if missing:
            await _create(admin, missing, settings.kafka_replication_factor)
            await _settled(admin, stated)
    others = {name: there[name] for name in there.keys() - stated.keys()} if left_to_us else {}
    return Ensured(tuple(topic.name for topic in missing), tuple(sorted(found)), others)


async def wait_and_ensure_topics(settings: Settings, patience: float = PATIENCE) -> Ensured:
    """The same for a job that may start before the broker. Raises BrokerAway, WrongPartitions."""
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            return await ensure_topics(settings)
        except BROKER_FAILURES as error:
            if asyncio.get_running_loop().time() > deadline:
                servers = ", ".join(settings.kafka_bootstrap_servers)
                raise BrokerAway(f"no broker at {servers} within {patience:.0f} s: {type(error).__name__}") from error
            await asyncio.sleep(random.uniform(0.3, 1.0))  # noqa: S311 - jitter


async def partitions_found(settings: Settings) -> dict[str, int]:
    """Number of partitions by topic, of those that are there and have leaders. Raises one of BROKER_FAILURES."""
    async with administration(settings) as admin:
        return await _partitions(admin)


def _verify(stated: dict[str, Topic], found: dict[str, int]) -> set[str]:
    """Names of stated topics that exist. Raises WrongPartitions."""
    for name in stated.keys() & found.keys():
        if found[name] != stated[name].partitions:
            raise WrongPartitions(name, found[name], stated[name].partitions)
    return stated.keys() & found.keys()


async def _settled(admin: AIOKafkaAdminClient, stated: dict[str, Topic]) -> None:
    """Returns once every stated topic has leaders; a broker says nothing when that happens, so it is asked."""
    async with asyncio.timeout(SETTLE):
        while True:
            if stated.keys() <= _verify(stated, await _partitions(admin)):
                return
            await asyncio.sleep(0.1)


async def _widen(admin: AIOKafkaAdminClient, stated: dict[str, Topic]) -> None:
    """Gives stated topics that have too few partitions the rest. Deleting them would only have them laid out again."""
    found = await _partitions(admin)
    narrow = {
        name: NewPartitions(stated[name].partitions)
        for name in stated.keys() & found.keys()
        if found[name] < stated[name].partitions
    }
    if narrow:
        log.warning("topics_widened", count=len(narrow))
        await admin.create_partitions(narrow)


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Number of partitions by topic, of those that are there and have leaders."""
    return {
        topic["topic"]: len(topic["partitions"])
        for topic in await admin.describe_topics()
        if not topic["error_code"] and all(partition["leader"] >= 0 for partition in topic["partitions"])
    }


async def _create(admin: AIOKafkaAdminClient, topics: list[Topic], copies: int) -> None:
    answer: Any = await admin.create_topics([_layout(topic, copies) for topic in topics])
    for name, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"topic {name} could not be created")


def _layout(topic: Topic, copies: int) -> NewTopic:
    options = {
        "cleanup.policy": "delete",
        "retention.ms": str(int(topic.retention.total_seconds() * 1000)),
        "min.insync.replicas": "2" if copies >= SAFE_COPIES else "1",
    }
    return NewTopic(topic.name, topic.partitions, copies, topic_configs=options)
