"""The relay's statements on the outbox: read the oldest, remember what was sent, park what cannot be."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.messaging.key_order import Row

READING = """
    set enable_seqscan = off;
    set enable_bitmapscan = off;
    set enable_sort = off;
    set max_parallel_workers_per_gather = 0;
"""
"""For the connection that reads: the table is empty when plans are made and long when they matter. Only walking the
primary key from its beginning stays cheap in both."""
MARKING = "set synchronous_commit = off"
"""For the connection that marks: a mark that a crash of the database takes back is an event sent once more, nothing
worse, and so nobody waits for the disk."""


SAFETY_ROWS = 500
"""Rows about safety that are read at once, those in hand among them: far more than ever wait together."""


async def oldest(
    connection: asyncpg.Connection, lanes: Collection[int], known: Collection[int], rows: int, size: int
) -> Sequence[Row]:
    """What waits in these lanes and goes next, by `seq`, in one snapshot: whatever is about safety, also what is in hand
    already, and the oldest of the others, at most `rows`, together about `size` bytes.

    `known` are those already in hand. Always from the beginning, never from where the last look ended: numbers become
    visible out of order. A key with a parked row is left out altogether, but for what is about safety: facts stand alone.
    """
    return await connection.fetch(
        """
        select seq, lane, topic, key, headers, body, safety
          from ((select seq, lane, topic, key, headers, body, safety
                   from outbox_waiting
                  where safety
                    and lane = any($1::smallint[])
                    and parked_at is null
                  order by seq
                  limit $5)
                union all
                (select seq, lane, topic, key, headers, body, safety
                   from (select seq, lane, topic, key, headers, body, safety,
                                sum(octet_length(body)) over (order by seq rows unbounded preceding) as size_so_far
                           from (select seq, lane, topic, key, headers, body, safety
                                   from outbox_waiting
                                  where not safety
                                    and lane = any($1::smallint[])
                                    and seq not in (select unnest(string_to_array($2, ',')::bigint[]))
                                    and parked_at is null
                                    and key <> all(array(select key
                                                           from outbox_waiting
                                                          where parked_at is not null and not safety))
                                  order by seq
                                  limit $3) as first_in_line
                        ) as measured
                  where size_so_far <= $4)
               ) as next
         order by seq
        """,
        list(lanes),
        ",".join(map(str, known)),  # thousands of numbers as an array cost the client five times as much
        rows,
        size,
        SAFETY_ROWS,
    )


NAMED = 10
"""So many parked rows are named in health; `chairside outbox list` shows all."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A batch that stands in Kafka: its rows have the offsets from `first_offset` on, one after another."""

    topic: str
    partition: int
    log_epoch: int
    first_offset: int
    rows: Sequence[Row]
    known_at: float
    """The loop's time at which its relay, before it left, last knew what others had sent to that log."""

    @property
    def last_offset(self) -> int:
        return self.first_offset + len(self.rows) - 1


async def mark_sent(
    connection: asyncpg.Connection,
    batches: Iterable[Acknowledged],
    owner: UUID,
    lane_epochs: Mapping[int, int],
    now: datetime,
) -> set[int]:
    """Moves acknowledged rows to the sent ones, and answers which `seq` were moved.

    Not moved are rows whose lane has changed hands, and rows of a partition whose log epoch has risen since they were
    sent: both are somebody's to send again. The highest offset of each log is remembered in the same statement.
    """
    batches = list(batches)
    lanes = {row["lane"] for batch in batches for row in batch.rows}.intersection(lane_epochs)
    moved = await connection.fetch(
        """
        with batch as (
            select *
              from unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[])
                   with ordinality as batch (topic, "partition", log_epoch, highest_offset, number)
        ), held as (
            select lane
              from relay_lane
             where owner = $8
               and (lane, epoch) in (select * from unnest($9::smallint[], $10::bigint[]))
             order by lane
               for share
        ), log as (
            insert into log_state (topic, "partition", highest_offset, log_epoch)
            select topic, "partition", max(highest_offset), log_epoch
              from batch
             group by topic, "partition", log_epoch
             order by topic, "partition", log_epoch
            on conflict (topic, "partition") do update
                  set highest_offset = greatest(log_state.highest_offset, excluded.highest_offset)
                where log_state.log_epoch = excluded.log_epoch
            returning topic, "partition", log_epoch
        ), open_batch as (
            select * from batch join log using (topic, "partition", log_epoch)
        ), leaving as (
            delete from outbox_waiting as waiting
             using unnest($5::bigint[], $6::bigint[], $7::integer[]) as acknowledged (seq, "offset", batch)
              join open_batch on open_batch.number = acknowledged.batch
             where waiting.seq = acknowledged.seq
               and waiting.lane = any(array(select lane from held))
            returning waiting.*, "partition", "offset", log_epoch
        )
        insert into outbox_sent (seq, event_id, recorded_at, lane, topic, key, headers, body,
                                 published_at, "partition", "offset", log_epoch)
        select seq, event_id, recorded_at, lane, topic, key, headers, body, $11, "partition", "offset", log_epoch
          from leaving
        returning seq
        """,
        [batch.topic for batch in batches],
        [batch.partition for batch in batches],
        [batch.log_epoch for batch in batches],
        [batch.last_offset for batch in batches],
        [row["seq"] for batch in batches for row in batch.rows],
        [offset for batch in batches for offset, _ in enumerate(batch.rows, batch.first_offset)],
        [number for number, batch in enumerate(batches, 1) for _ in batch.rows],
        owner,
        list(lanes),
        [lane_epochs[lane] for lane in lanes],
        now,
    )
    return {row["seq"] for row in moved}


async def park(connection: asyncpg.Connection, seq: int, owner: UUID, why: str, now: datetime) -> None:
    """Sets a row aside that can never be sent, while we hold its lane. Its key waits until an operator decides."""
    await connection.execute(
        """
        update outbox_waiting as waiting
           set parked_at = $4, parked_why = $3
          from relay_lane as held
         where waiting.seq = $1 and held.lane = waiting.lane and held.owner = $2
        """,
        seq,
        owner,
        why,
        now,
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: when the oldest was recorded, how many cannot be sent, and the first few of those with the reason."""

    oldest: datetime | None
    parked: int
    named: tuple[tuple[int, str, str], ...] = ()


async def backlog(connection: asyncpg.Connection) -> Backlog:
    row = await connection.fetchrow(
        """
        select (select recorded_at from outbox_waiting where parked_at is null order by seq limit 1) as oldest,
               (select count(*) from outbox_waiting where parked_at is not null) as parked
        """
    )
    assert row is not None
    if not row["parked"]:
        return Backlog(row["oldest"], 0)
    named = await connection.fetch(
        "select seq, topic, parked_why from outbox_waiting where parked_at is not null order by seq limit $1", NAMED
    )
    return Backlog(row["oldest"], row["parked"], tuple(tuple(one) for one in named))
