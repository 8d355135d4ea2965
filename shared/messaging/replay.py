"""Moves positions back, so that a service hears its topics again.

Running consumers notice by their compare-and-set, idle ones because they look (`Consumer.notice_moves`). What was handled
is absorbed by the inbox, unless a projection forgets in the same transaction what it is to hear again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database.connection import Connection

Place = tuple[str, int]
"""A topic and a partition."""
AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class MovedBack:
    """One partition that will be heard again from `begins_at` on; it had been heard up to `stood_at`."""

    topic: str
    partition: int
    begins_at: int
    stood_at: int


async def offsets_since(connection: Connection, topic: str, instant: datetime) -> dict[Place, int]:
    """Where the first event of each partition stands that was said at this instant or later.

    Asked of the schema that says the topic: its outbox remembers where every event stands. A partition in which nothing
    was said since is left out.
    """
    rows = await connection.fetch(
        """
        select "partition", min("offset") as first
          from outbox_sent
         where topic = $1 and recorded_at >= $2
         group by "partition"
        """,
        topic,
        instant,
    )
    return {(topic, row["partition"]): row["first"] for row in rows}


async def standing(connection: Connection, topics: Sequence[str]) -> dict[Place, int]:
    """The next offset of every partition of these topics that this service has ever heard."""
    rows = await connection.fetch(
        'select topic, "partition", next_offset from consumer_position where topic = any ($1::text[])', list(topics)
    )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def move_back(connection: Connection, begins: Mapping[Place, int]) -> list[MovedBack]:
    """Moves each position to where it is to begin, unless it stands there or before: nothing is ever skipped.

    What processes have marked as in hand there is forgotten: it was passed, and nobody died over it.
    """
    rows = await connection.fetch(
        """
        with beginning as (
            select * from unnest($1::text[], $2::integer[], $3::bigint[]) as place (topic, "partition", begins_at)
        ), standing as (
            select consumer_group, topic, "partition", begins_at, next_offset as stood_at
              from consumer_position join beginning using (topic, "partition")
             where next_offset > begins_at
             order by topic, "partition"
               for update of consumer_position
        )
        update consumer_position as position
           set next_offset = begins_at, moved_at = now()
          from standing
         where position.consumer_group = standing.consumer_group
           and position.topic = standing.topic
           and position."partition" = standing."partition"
        returning position.topic, position."partition", begins_at, stood_at
        """,
        [topic for topic, _ in begins],
        [partition for _, partition in begins],
        list(begins.values()),
    )
    moved = sorted((MovedBack(**row) for row in rows), key=lambda one: (one.topic, one.partition))
    await connection.execute(
        """
        delete from batch_in_hand
         where (topic, "partition") in (select * from unnest($1::text[], $2::integer[]))
        """,
        [one.topic for one in moved],
        [one.partition for one in moved],
    )
    return moved


async def said_since(connection: Connection, topic: str, begins: Mapping[Place, int]) -> AsyncIterator[list[UUID]]:
    """The events of a topic that stand there or later, some at a time. Asked of the schema that says the topic."""
    async with connection.transaction(readonly=True):
        rows = connection.cursor(
            """
            select event_id
              from outbox_sent
              join unnest($2::integer[], $3::bigint[]) as place ("partition", begins_at) using ("partition")
             where topic = $1 and "offset" >= begins_at
            """,
            topic,
            [partition for said, partition in begins if said == topic],
            [begin for (said, _), begin in begins.items() if said == topic],
            prefetch=AT_ONCE,
        )
        batch: list[UUID] = []
        async for row in rows:
            batch.append(row["event_id"])
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
        yield batch


async def forget_handled(connection: Connection, handler: str, events: Sequence[UUID] | None = None) -> int:
    """Strikes these events, or all, out of the inbox of a repeatable reaction. Answers how many had been handled."""
    status = await connection.execute(
        "delete from inbox where handler = $1 and ($2::uuid[] is null or event_id = any ($2))", handler, events
    )
    return int(status.rpartition(" ")[2])
