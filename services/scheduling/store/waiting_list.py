"""`waiting_list_review`: when a clinic's waiting list is looked at again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database import Transaction
from shared.ids import uuid7


async def review_at(tx: Transaction, clinic_id: UUID, due_at: datetime) -> None:
    """Has the list looked at then. Adding a row waits for nobody, so a cancellation may do it while it holds others."""
    await tx.execute(
        "insert into waiting_list_review (id, clinic_id, due_at) values ($1, $2, $3)", uuid7(), clinic_id, due_at
    )


@dataclass(frozen=True, slots=True)
class Review:
    """Looks at one clinic's list that are due, locked. One look answers them all, and none that is asked for later."""

    clinic_id: UUID
    ids: tuple[UUID, ...]


async def claim_due(tx: Transaction, now: datetime) -> Review | None:
    """The review that has been due longest, with the others of its clinic; what somebody has in hand is left to them."""
    clinic_id = await tx.fetchval(
        """
        select clinic_id
          from waiting_list_review
         where due_at <= $1
         order by due_at
         limit 1
           for update skip locked
        """,
        now,
    )
    if clinic_id is None:
        return None
    rows = await tx.fetch(
        "select id from waiting_list_review where clinic_id = $1 and due_at <= $2 for update skip locked",
        clinic_id,
        now,
    )
    return Review(clinic_id, tuple(row["id"] for row in rows))


async def done(tx: Transaction, review: Review) -> None:
    """Only what was claimed before the look: time given back meanwhile has its own review, and is looked at again."""
    await tx.execute("delete from waiting_list_review where id = any ($1::uuid[])", review.ids)


async def is_planned(tx: Transaction, clinic_id: UUID, now: datetime) -> bool:
    """Whether a later look is planned already."""
    return await tx.fetchval(
        "select exists (select from waiting_list_review where clinic_id = $1 and due_at > $2)", clinic_id, now
    )


async def note_leaving(tx: Transaction, consultation_id: UUID, reason: str, by: UUID) -> None:
    await tx.execute(
        "insert into left_waiting_list (consultation_id, reason, removed_by, removed_at) values ($1, $2, $3, $4)",
        consultation_id,
        reason,
        by,
        tx.now,
    )
