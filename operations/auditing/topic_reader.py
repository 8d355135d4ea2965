"""Reads whole topics from their beginning to a given end: streamed, without a group, a topic at a time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from operations.auditing.system import CannotLook
from shared.events.catalogue import TOPICS

AT_ONCE = 2000
STILL = 30.0
"""Seconds without a record after which reading is given up."""


@dataclass(frozen=True, slots=True)
class Span:
    """The offsets of one log: from `first` to before `end`. What stands before `known` was there before the snapshot."""

    first: int
    known: int
    end: int


def all_places() -> list[TopicPartition]:
    """Every partition of the catalogue."""
    return [TopicPartition(topic.name, number) for topic in TOPICS.values() for number in range(topic.partitions)]


async def read_all(
    reader: AIOKafkaConsumer, spans: Mapping[TopicPartition, Span]
) -> AsyncIterator[list[ConsumerRecord[Any, Any]]]:
    """All records of the spans, in the order of each log. Raises CannotLook, or one of BROKER_FAILURES."""
    for topic in TOPICS:
        ends = {place: span.end for place, span in spans.items() if place.topic == topic and span.first < span.end}
        if not ends:
            continue
        reader.assign(list(ends))
        for place in ends:
            reader.seek(place, spans[place].first)
        moved_at = asyncio.get_running_loop().time()
        while ends:
            found = await reader.getmany(timeout_ms=500, max_records=AT_ONCE)
            if records := [one for place, batch in found.items() for one in batch if one.offset < spans[place].end]:
                moved_at = asyncio.get_running_loop().time()
                yield records
            for place in [place for place in ends if await reader.position(place) >= ends[place]]:
                del ends[place]
                reader.pause(place)
            if asyncio.get_running_loop().time() - moved_at > STILL:
                raise CannotLook(f"the log of {topic} gave nothing for {STILL:.0f} s")
