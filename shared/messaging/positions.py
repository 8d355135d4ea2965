"""How far a group has come in each partition: the truth is in our own schema, offsets in Kafka are for displays.

A position moves by compare-and-set in the transaction of the effect. When nothing moves, somebody else has taken over:
the effect is rolled back, and reading goes on from wherever the position stands now.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.database.connection import Connection

UNMARKED = -1


class PositionLost(Exception):
    """Somebody else has moved the position since it was read. Roll back and read it again."""


@dataclass(slots=True)
class Position:
    """Where one partition stands, as this process last saw it committed.

    `suspect_until`: rows up to here were in hand when a process died; they are taken one by one. `deaths` counts how
    often a process died over `suspect_offset` alone.
    """

    next_offset: int
    log_epoch: int
    suspect_until: int = UNMARKED
    suspect_offset: int = UNMARKED
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """One partition's step: from where it is believed to stand, to the offset after the last row in hand."""

    partition: int
    from_offset: int
    from_epoch: int
    to_offset: int
    to_epoch: int


async def read_positions(
    connection: Connection, group: str, topic: str, partitions: Collection[int]
) -> dict[int, Position]:
    """The stored positions, with the marks that a death has left. A partition never read before stands at 0.

    A mark whose rows the position has passed means nothing, nor does one ahead of a position that was moved back. Only
    positions that are not there are inserted: an insert that meets one which somebody is just moving waits for that
    transaction, and all other partitions with it.
    """
    await connection.execute(
        """
        insert into consumer_position (consumer_group, topic, "partition", next_offset)
        select $1, $2, "partition", 0
          from unnest($3::integer[]) as mine ("partition")
         where not exists (select from consumer_position as known
                            where known.consumer_group = $1 and known.topic = $2
                              and known."partition" = mine."partition")
            on conflict do nothing
        """,
        group,
        topic,
        list(partitions),
    )
    rows = await connection.fetch(
        """
        select position."partition", next_offset, log_epoch, last_offset, deaths
          from consumer_position as position
          left join batch_in_hand as batch
                 on batch.consumer_group = position.consumer_group
                and batch.topic = position.topic
                and batch."partition" = position."partition"
                and position.next_offset between batch.first_offset and batch.last_offset
         where position.consumer_group = $1 and position.topic = $2 and position."partition" = any($3::integer[])
        """,
        group,
        topic,
        list(partitions),
    )
    positions: dict[int, Position] = {}
    for row in rows:
        position = Position(row["next_offset"], row["log_epoch"])
        if row["last_offset"] is not None:
            position.suspect_until = row["last_offset"]
            if row["deaths"]:  # it was alone in hand
                position.suspect_offset, position.deaths = row["last_offset"], row["deaths"]
        positions[row["partition"]] = position
    return positions


async def stored_positions(connection: Connection) -> dict[tuple[str, int], tuple[int, int]]:
    """Next offset and log epoch of everything this service hears, by group and partition."""
    rows = await connection.fetch('select consumer_group, "partition", next_offset, log_epoch from consumer_position')
    return {(row["consumer_group"], row["partition"]): (row["next_offset"], row["log_epoch"]) for row in rows}


async def move_positions(connection: Connection, group: str, topic: str, moves: Sequence[Move]) -> None:
    """Moves all of them or raises PositionLost. For steps without an effect; effects use `take`."""
    moved = await connection.fetch(
        """
        update consumer_position as position
           set next_offset = move.to_offset, log_epoch = move.to_epoch, moved_at = now()
          from unnest($3::integer[], $4::bigint[], $5::integer[], $6::bigint[], $7::integer[])
               as move ("partition", from_offset, from_epoch, to_offset, to_epoch)
         where position.consumer_group = $1
           and position.topic = $2
           and position."partition" = move."partition"
           and position.next_offset = move.from_offset
           and position.log_epoch = move.from_epoch
        returning position."partition"
        """,
        group,
        topic,
        *columns(moves),
    )
    if len(moved) != len(moves):
        raise PositionLost(topic)


def columns(moves: Sequence[Move]) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
    """Moves as the five arrays that `unnest` wants."""
    return (
        [move.partition for move in moves],
        [move.from_offset for move in moves],
        [move.from_epoch for move in moves],
        [move.to_offset for move in moves],
        [move.to_epoch for move in moves],
    )
