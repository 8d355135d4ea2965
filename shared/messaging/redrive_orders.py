"""Orders to redrive dead letters: asked for by operators, held by one process of the service at a time.

A hold is a lease by the database's clock. It only keeps two processes from doing the same work side by side; that each
letter has its effect once is the compare-and-set on `redriven_at`, in the effect's own transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.database.connection import Connection
from shared.database.transaction import Transaction
from shared.messaging.dead_letters import Sealer
from shared.messaging.repair_record import Act, record

HOLD = timedelta(seconds=15)
"""How long the letters of a process that died wait for another one."""


class Outcome(StrEnum):
    """What became of a letter. Only the first three mean that its event has had its effect."""

    HANDLED = "handled"
    KNOWN = "known"
    """The event had been handled meanwhile, for example when its log was read again."""
    REDRIVEN_BEFORE = "redriven-before"
    WOULD_BE_HANDLED = "would-be-handled"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    NO_REACTION = "no-reaction"
    HELD_BACK = "held-back"
    """An older letter of the same key and reaction stayed dead."""
    SEALED = "sealed"
    """The service's key does not open it."""

    @property
    def well(self) -> bool:
        return self in (Outcome.HANDLED, Outcome.KNOWN, Outcome.REDRIVEN_BEFORE, Outcome.WOULD_BE_HANDLED)


@dataclass(frozen=True, slots=True)
class Order:
    id: UUID
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Ordered:
    """A letter whose turn it is. `begun` counts the processes that have begun with it, this one included."""

    order: Order
    letter_id: UUID
    line: int
    begun: int
    group: str
    topic: str
    partition: int
    offset: int
    failure: str


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A letter of which only its own coordinates are known."""

    letter_id: UUID
    group: str
    stands: tuple[datetime, int, int]
    """When it was buried, log epoch and offset: in this order letters of one key were read."""
    sealed_key: bytes | None


async def ask(
    connection: Connection, service: str, letters: Sequence[UUID], *, dry_run: bool, operator: str, why: str
) -> UUID:
    """Asks the service, inside the caller's transaction, to redrive these letters."""
    facts = {"letters": len(letters), "dry_run": dry_run}
    repair_id = await record(connection, service, Act.REDRIVE, operator=operator, why=why, facts=facts)
    await connection.execute("insert into redrive (repair_id, dry_run) values ($1, $2)", repair_id, dry_run)
    await connection.execute(
        "insert into redrive_letter (repair_id, letter_id) select $1, unnest($2::uuid[])", repair_id, list(letters)
    )
    return repair_id


async def hold(tx: Transaction, holder: UUID) -> Order | None:
    """The oldest order that nobody else is at work on, ours for HOLD from now."""
    row = await tx.fetchrow(
        """
        update redrive
           set holder = $1, held_until = now() + $2
         where repair_id = (select repair_id
                              from redrive
                             where finished_at is null
                               and (holder is null or holder = $1 or held_until < now())
                             order by repair_id
                             limit 1
                               for update skip locked)
        returning repair_id, dry_run
        """,
        holder,
        HOLD,
    )
    return Order(row["repair_id"], row["dry_run"]) if row else None


async def unplanned(tx: Transaction, order: Order) -> list[Unplanned]:
    rows = await tx.fetch(
        """
        select letter_id, consumer_group, recorded_at, log_epoch, "offset", sealed_key
          from redrive_letter
          join dead_letter on dead_letter.id = letter_id
         where repair_id = $1 and place is null
        """,
        order.id,
    )
    return [
        Unplanned(
            row["letter_id"],
            row["consumer_group"],
            (row["recorded_at"], row["log_epoch"], row["offset"]),
            row["sealed_key"],
        )
        for row in rows
    ]


async def plan(tx: Transaction, order: Order, places: Sequence[tuple[UUID, int]]) -> None:
    """Letters with their lines, in the order in which they are to be taken."""
    await tx.execute(
        """
        update redrive_letter as letter
           set place = planned.place, line = planned.line
          from unnest($2::uuid[], $3::integer[]) with ordinality as planned (letter_id, line, place)
         where letter.repair_id = $1 and letter.letter_id = planned.letter_id
        """,
        order.id,
        [letter_id for letter_id, _ in places],
        [line for _, line in places],
    )


async def begin_next(tx: Transaction, order: Order) -> Ordered | None:
    """The next letter of the order, with one more begin on its count. None: the order is done, and marked so."""
    row = await tx.fetchrow(
        """
        update redrive_letter as letter
           set begun = begun + 1
          from dead_letter
         where letter.repair_id = $1
           and letter.letter_id = (select letter_id
                                     from redrive_letter
                                    where repair_id = $1 and outcome is null
                                    order by place
                                    limit 1)
           and dead_letter.id = letter.letter_id
        returning letter.letter_id, line, begun, consumer_group as "group", topic, "partition", "offset",
                  dead_letter.failure
        """,
        order.id,
    )
    if row is None:
        await tx.execute("update redrive set finished_at = now() where repair_id = $1", order.id)
        return None
    return Ordered(order, **row)


async def mark_redriven(tx: Transaction, ordered: Ordered) -> bool:
    """Compare-and-set: this transaction's effect is the letter's only one. False when another redrive had it."""
    return bool(
        await tx.fetchval(
            "update dead_letter set redriven_at = now() where id = $1 and redriven_at is null returning true",
            ordered.letter_id,
        )
    )


async def settle(tx: Transaction, ordered: Ordered, outcome: Outcome, failure: str | None = None) -> bool:
    """False when it has been settled by somebody else, who held the order after us."""
    return bool(
        await tx.fetchval(
            """
            update redrive_letter
               set outcome = $3, failure = $4, settled_at = now()
             where repair_id = $1 and letter_id = $2 and outcome is null
            returning true
            """,
            ordered.order.id,
            ordered.letter_id,
            str(outcome),
            failure,
        )
    )


async def stays_dead(tx: Transaction, ordered: Ordered, *, tries: int, error: bytes | None, sealer: Sealer) -> None:
    """What a redrive that did not help leaves behind: its tries are counted, its error kept, and its line waits."""
    await tx.execute("update dead_letter set tries = tries + $2 where id = $1", ordered.letter_id, tries)
    await tx.execute(
        "update redrive_letter set sealed_error = $3 where repair_id = $1 and letter_id = $2",
        ordered.order.id,
        ordered.letter_id,
        sealer.seal(error, _error_context(ordered.order.id, ordered.letter_id)) if error else None,
    )
    await tx.execute(
        """
        update redrive_letter
           set outcome = 'held-back', settled_at = now()
         where repair_id = $1 and line = $2 and outcome is null
        """,
        ordered.order.id,
        ordered.line,
    )


@dataclass(frozen=True, slots=True)
class Redriven:
    """A letter in an order, as operators see it. `outcome` is None while it waits."""

    repair_id: UUID
    letter_id: UUID
    handler: str
    topic: str
    operator: str
    why: str
    asked_at: datetime
    dry_run: bool
    outcome: Outcome | None
    failure: str | None
    settled_at: datetime | None


async def redrives(
    connection: Connection, *, orders: Sequence[UUID] = (), letters: Sequence[UUID] = ()
) -> list[Redriven]:
    """Of these orders or of these letters, in the order in which they were asked for and taken."""
    rows = await connection.fetch(
        """
        select redrive_letter.repair_id, letter_id, handler, topic, operator, why, asked_at, dry_run, outcome,
               redrive_letter.failure, settled_at
          from redrive_letter
          join dead_letter on dead_letter.id = letter_id
          join redrive using (repair_id)
          join repair on repair.id = redrive_letter.repair_id
         where redrive_letter.repair_id = any ($1::uuid[]) or letter_id = any ($2::uuid[])
         order by redrive_letter.repair_id, place, letter_id
        """,
        list(orders),
        list(letters),
    )
    return [Redriven(**{**row, "outcome": Outcome(row["outcome"]) if row["outcome"] else None}) for row in rows]


async def reveal_errors(connection: Connection, letter_id: UUID, sealer: Sealer) -> dict[UUID, str]:
    """The words of the errors that redrives of this letter met, by redrive. They may name a person. Raises SealBroken."""
    rows = await connection.fetch(
        """
        select repair_id, sealed_error from redrive_letter
         where letter_id = $1 and sealed_error is not null
         order by repair_id
        """,
        letter_id,
    )
    return {
        row["repair_id"]: sealer.open(row["sealed_error"], _error_context(row["repair_id"], letter_id)).decode(
            errors="replace"
        )
        for row in rows
    }


def _error_context(repair_id: UUID, letter_id: UUID) -> str:
    """Where the words of an error are sealed."""
    return f"redrive:{repair_id}:{letter_id}:error"
