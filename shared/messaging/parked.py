"""Events that cannot be sent: a parked row holds back its key until an operator decides.

Released, it is tried again. Set aside, it becomes a dead letter of its service, so that nothing vanishes, and its key
flows on; redriven, that letter is a waiting row again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database.connection import Connection
from shared.database.transaction import Transaction
from shared.messaging.dead_letters import Contents, Failure, Sealer, Unhandled, keep
from shared.messaging.outbox import lane_of

NOWHERE = -1
"""Instead of a partition: the row never stood in one. Its number in the outbox stands where the offset would."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A row that cannot be sent. `behind` counts the rows of its key that wait for it."""

    seq: int
    event_id: UUID
    topic: str
    recorded_at: datetime
    parked_at: datetime
    why: str
    behind: int
    leaves: bool
    """It is being set aside."""


def handler_of(service: str) -> str:
    """Under this name, as if it were a reaction, the relay's dead letters are kept."""
    return f"{service}.relay"


async def parked_rows(connection: Connection, seqs: Sequence[int] | None = None) -> list[Parked]:
    """All of them, or those of these numbers; in the order in which they were said."""
    rows = await connection.fetch(
        """
        select seq, event_id, topic, recorded_at, parked_at, parked_why as why,
               (select count(*)
                  from outbox_waiting as later
                 where later.key = parked.key and later.parked_at is null and not later.safety and not parked.safety)
               as behind,
               set_aside_by is not null as leaves
          from outbox_waiting as parked
         where parked_at is not null and ($1::bigint[] is null or seq = any ($1))
         order by seq
        """,
        None if seqs is None else list(seqs),
    )
    return [Parked(**row) for row in rows]


async def still_waiting(connection: Connection, seqs: Sequence[int]) -> int:
    """How many of these rows are in the outbox and not parked."""
    rows = await connection.fetch(
        "select seq from outbox_waiting where seq = any ($1::bigint[]) and parked_at is null", list(seqs)
    )
    return len(rows)


async def letters_of(connection: Connection, service: str, seqs: Sequence[int]) -> dict[int, UUID]:
    """The newest dead letter of each of these rows that was set aside."""
    rows = await connection.fetch(
        """
        select "offset", id from dead_letter
         where consumer_group = $1 and "offset" = any ($2::bigint[])
         order by recorded_at, id
        """,
        handler_of(service),
        list(seqs),
    )
    return {row["offset"]: row["id"] for row in rows}


async def release(connection: Connection, seqs: Sequence[int]) -> list[int]:
    """The relay tries them again. Answers those that were parked until now and are not about to be set aside."""
    rows = await connection.fetch(
        """
        update outbox_waiting
           set parked_at = null, parked_why = null
         where seq = any ($1::bigint[]) and parked_at is not null and set_aside_by is null
        returning seq
        """,
        list(seqs),
    )
    return sorted(row["seq"] for row in rows)


async def ask_to_set_aside(connection: Connection, seqs: Sequence[int], repair_id: UUID) -> list[int]:
    """Asks the service, which alone can seal them. Answers those that are parked and for which nobody had asked."""
    rows = await connection.fetch(
        """
        update outbox_waiting
           set set_aside_by = $2
         where seq = any ($1::bigint[]) and parked_at is not null and set_aside_by is null
        returning seq
        """,
        list(seqs),
        repair_id,
    )
    return sorted(row["seq"] for row in rows)


async def set_aside_next(tx: Transaction, sealer: Sealer, clinic_id: UUID) -> UUID | None:
    """Makes a dead letter of the next row for which that was asked. Answers the repair that asked, if there was one."""
    row = await tx.fetchrow(
        """
        delete from outbox_waiting
         where seq = (select seq
                        from outbox_waiting
                       where parked_at is not null and set_aside_by is not null
                       order by seq
                       limit 1
                         for update skip locked)
        returning seq, event_id, recorded_at, topic, key, headers, body, safety, parked_why, set_aside_by
        """
    )
    if row is None:
        return None
    handler = handler_of(tx.service)
    times_before = await tx.fetchval(
        'select count(*) from dead_letter where consumer_group = $1 and topic = $2 and "offset" = $3',
        handler,
        row["topic"],
        row["seq"],
    )
    unhandled = Unhandled(
        group=handler,
        handler=handler,
        topic=row["topic"],
        partition=NOWHERE,
        offset=row["seq"],
        log_epoch=times_before,  # a row may be restored and set aside again; each is a letter of its own
        event_id=row["event_id"],
        key=row["key"].encode(),
        value=row["body"],
        headers=[
            ("event_id", str(row["event_id"]).encode()),
            ("recorded_at", row["recorded_at"].isoformat().encode()),
            ("safety", str(row["safety"]).encode()),
            ("headers", row["headers"].encode()),  # as they stood: they may be what could not be read
        ],
    )
    await keep(tx, unhandled, Failure(row["parked_why"], 1), sealer=sealer, clinic_id=clinic_id)
    return row["set_aside_by"]


async def restore(tx: Transaction, topic: str, seq: int, contents: Contents) -> None:
    """The row waits again, under the number it had: before whatever its key said later and has not been sent."""
    columns = {name: (value or b"").decode() for name, value in contents.headers}
    key = (contents.key or b"").decode()
    await tx.execute(
        """
        insert into outbox_waiting (seq, event_id, recorded_at, lane, topic, key, headers, body, safety)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        seq,
        UUID(columns["event_id"]),
        datetime.fromisoformat(columns["recorded_at"]),
        lane_of(key),
        topic,
        key,
        columns["headers"],
        contents.value,
        columns["safety"] == "True",
    )
