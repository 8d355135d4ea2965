"""The inbox: each handler remembers the events it has handled, so that repeats have no effect."""

from collections.abc import Sequence
from uuid import UUID

from shared.database.transaction import Transaction
from shared.messaging.positions import Move, PositionLost, columns
from shared.messaging.reactions import Reaction


async def take(
    tx: Transaction, reaction: Reaction, moves: Sequence[Move], events: Sequence[UUID], tries: int = 1
) -> set[UUID]:
    """Begins an effect: moves the positions, enters the events, answers which of them are new to this handler.

    `tries` counts this one; only a second or later is written down.

    One statement for both, because every effect begins with it. Raises PositionLost; the caller's transaction is then
    rolled back, and the entries with it.

    A commit that moves a position does not wait for the disk, unless it is about safety: what a crash of the database
    takes back, effect, entries and position together, is heard again. `wait_for_disk` undoes this for a transaction that
    says something.
    """
    if len(moves) == len(events) == 1:
        fresh = await _take_one(tx, reaction, moves[0], events[0], tries)
        return set(events) if fresh else set()
    row = await tx.fetchrow(
        """
        with moved as (
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
        ), fresh as (
            insert into inbox (handler, event_id, tries)
            select $8, event_id, $10 from unnest($9::uuid[]) as event_id
                on conflict do nothing
            returning event_id
        )
        select (select count(*) from moved) as moved, array(select event_id from fresh) as fresh,
               case when $11 then set_config('synchronous_commit', 'off', true) end
        """,
        reaction.group,
        reaction.model.topic,
        *columns(moves),
        reaction.handler,
        events,
        tries if tries > 1 else None,
        bool(moves) and not reaction.model.safety,
    )
    assert row is not None
    if row["moved"] != len(moves):
        raise PositionLost(reaction.model.topic)
    return set(row["fresh"])


async def _take_one(tx: Transaction, reaction: Reaction, move: Move, event: UUID, tries: int) -> bool:
    """The same for an event that comes alone, which costs the server half as much without the arrays."""
    row = await tx.fetchrow(
        """
        with moved as (
            update consumer_position
               set next_offset = $6, log_epoch = $7, moved_at = now()
             where consumer_group = $1
               and topic = $2
               and "partition" = $3
               and next_offset = $4
               and log_epoch = $5
            returning 1
        ), fresh as (
            insert into inbox (handler, event_id, tries)
            values ($8, $9, $10)
                on conflict do nothing
            returning 1
        )
        select exists (select from moved) as moved, exists (select from fresh) as fresh,
               case when $11 then set_config('synchronous_commit', 'off', true) end
        """,
        reaction.group,
        reaction.model.topic,
        move.partition,
        move.from_offset,
        move.from_epoch,
        move.to_offset,
        move.to_epoch,
        reaction.handler,
        event,
        tries if tries > 1 else None,
        not reaction.model.safety,
    )
    assert row is not None
    if not row["moved"]:
        raise PositionLost(reaction.model.topic)
    return row["fresh"]


async def wait_for_disk(tx: Transaction) -> None:
    """The commit waits after all: an event must not reach Kafka whose reason a crash takes back."""
    await tx.execute("set local synchronous_commit to default")


async def forget(tx: Transaction, reaction: Reaction, events: Sequence[UUID]) -> None:
    """Strikes events out again that had no effect after all, so that a later redrive finds them new."""
    await tx.execute(
        "delete from inbox where handler = $1 and event_id = any($2::uuid[])", reaction.handler, list(events)
    )


async def knows(tx: Transaction, reaction: Reaction, event_id: UUID) -> bool:
    """Whether the event has been handled."""
    return await tx.fetchval(
        "select exists (select from inbox where handler = $1 and event_id = $2)", reaction.handler, event_id
    )
