"""What is in hand, written down before it is handled: whoever starts after a death knows what to be careful with.

The mark lies in a small transaction of its own that does not wait for the disk: it has to outlive this process, not the
database. A mark whose rows were passed by the position means nothing any more, so success costs no second statement.
"""

from collections.abc import Sequence

from shared.database.connection import Connection
from shared.messaging.positions import Move
from shared.messaging.reactions import Reaction

MOST_DEATHS = 5
"""A row over which this many processes have died, alone in hand each time, becomes a dead letter."""
PROCESS_DIED = "ProcessDied"
"""The failure of such a row: there is no error to name."""


async def mark(connection: Connection, reaction: Reaction, moves: Sequence[Move], *, deaths: int = 0) -> None:
    """Marks the rows between `from_offset` and `to_offset` as in hand.

    `deaths` is 0 for a batch; for one row alone it already counts the death that may come now.
    """
    await connection.execute(
        """
        with at_once as materialized (select set_config('synchronous_commit', 'off', true))
        insert into batch_in_hand as batch (consumer_group, topic, "partition", first_offset, last_offset, deaths)
        select $1, $2, "partition", first_offset, last_offset, $6
          from unnest($3::integer[], $4::bigint[], $5::bigint[]) as taken ("partition", first_offset, last_offset),
               at_once
            on conflict (consumer_group, topic, "partition") do update
           set first_offset = excluded.first_offset,
               last_offset = excluded.last_offset,
               deaths = excluded.deaths,
               taken_at = excluded.taken_at
        """,
        reaction.group,
        reaction.model.topic,
        [move.partition for move in moves],
        [move.from_offset for move in moves],
        [move.to_offset - 1 for move in moves],
        deaths,
    )


async def unmark(connection: Connection, reaction: Reaction, moves: Sequence[Move]) -> None:
    """The rows were put down again by a living process: nobody died over them, earlier deaths stay counted."""
    await connection.execute(
        """
        with ours as (
            select *
              from unnest($3::integer[], $4::bigint[]) as put_down ("partition", last_offset)
        ), innocent as (
            delete from batch_in_hand as batch
             using ours
             where batch.consumer_group = $1 and batch.topic = $2
               and batch."partition" = ours."partition" and batch.last_offset = ours.last_offset
               and batch.deaths <= 1
        )
        update batch_in_hand as batch
           set deaths = batch.deaths - 1
          from ours
         where batch.consumer_group = $1 and batch.topic = $2
           and batch."partition" = ours."partition" and batch.last_offset = ours.last_offset
           and batch.deaths > 1
        """,
        reaction.group,
        reaction.model.topic,
        [move.partition for move in moves],
        [move.to_offset - 1 for move in moves],
    )
