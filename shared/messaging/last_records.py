"""The last record of each log: it says by its log epoch whether the log was cut since a consumer came to its end.

A log that was cut and filled again may end exactly where it did, when repeats stood in it before. Nothing in its length
gives that away, and where nothing new is said no record would come: whoever stands at the end would never hear what now
stands before it.
"""

import time
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.messaging.rows import log_epoch_of

PATIENCE = 3.0
"""Seconds for all logs together. One that gives nothing until then is asked again at the next look."""


async def epochs_of_last_records(
    reader: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Of each log that holds something. `reader` is nobody's: where it reads is changed. Raises one of BROKER_FAILURES."""
    begins = await reader.beginning_offsets(list(ends)) if ends else {}
    held = [place for place, end in ends.items() if begins[place] < end]
    reader.assign(held)
    for place in held:
        reader.seek(place, ends[place] - 1)
    epochs: dict[TopicPartition, int] = {}
    give_up = time.monotonic() + PATIENCE
    while len(epochs) < len(held) and time.monotonic() < give_up:
        for place, records in (await reader.getmany(timeout_ms=200)).items():
            epochs[place] = max(log_epoch_of(record) for record in records)
            reader.pause(place)
    return epochs
