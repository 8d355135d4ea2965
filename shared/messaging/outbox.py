"""The outbox: events written in the transaction that caused them, waiting to be relayed to Kafka."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic_core import to_json

from shared.messaging.envelope import Sent

if TYPE_CHECKING:  # the transaction imports this module
    from shared.database.connection import Connection

LANES = 64
"""Virtual lanes that relays lease. Fixed for ever: the lane is stored in the row."""
LARGEST_RECORD = 900_000
"""Bytes of body and headers that fit safely into Kafka's default limit of 1 MiB."""


class EventTooLarge(Exception):
    """An event that Kafka would refuse; found before the commit, while there is somebody to tell."""

    def __init__(self, topic: str, size: int) -> None:
        super().__init__(f"an event of {topic} has {size} bytes, at most {LARGEST_RECORD} can be sent")


def lane_of(key: str) -> int:
    """The lane of a key: a stable hash, the same in every release."""
    return zlib.crc32(key.encode()) % LANES


def _size(event: Sent) -> int:
    return len(event.body) + sum(len(name) + len(value) for name, value in event.headers.items())


async def insert_events(connection: "Connection", events: Sequence[Sent], now: datetime) -> None:
    """Writes all events of a transaction in one statement. Raises EventTooLarge."""
    for event in events:
        if (size := _size(event)) > LARGEST_RECORD:
            raise EventTooLarge(event.topic, size)
    await connection.execute(
        """
        insert into outbox_waiting (event_id, recorded_at, lane, topic, key, headers, body, safety)
        select event_id, $1, lane, topic, key, headers, body, safety
          from unnest($2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::boolean[])
               with ordinality as event (event_id, lane, topic, key, headers, body, safety, position)
         order by position
        """,
        now,
        [event.id for event in events],
        [lane_of(event.key) for event in events],
        [event.topic for event in events],
        [event.key for event in events],
        [to_json(event.headers).decode() for event in events],
        [event.body for event in events],
        [event.safety for event in events],
    )
