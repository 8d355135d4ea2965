"""`waiting_list_review`: when a clinic's waiting list is looked at again."""

from datetime import datetime
from uuid import UUID

from shared.database import Transaction
from shared.ids import uuid7


async def review_at(tx: Transaction, clinic_id: UUID, due_at: datetime) -> None:
    """Has the list looked at then. Adding a row waits for nobody, so a cancellation may do it while it holds others."""
    await tx.execute(
        "insert into waiting_list_review (id, clinic_id, due_at) values ($1, $2, $3)", uuid7(), clinic_id, due_at
    )


async def claim_due(tx: Transaction, now: datetime) -> UUID | None:
    """The clinic of a review that is due, locked; one that somebody has in hand already is left to them."""
    return await tx.fetchval(
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


async def done(tx: Transaction, clinic_id: UUID, now: datetime) -> None:
    """Takes away the reviews of a clinic that are due and in nobody else's hands: one look answers them all."""
    await tx.execute(
        """
        delete from waiting_list_review
         where id in (select id from waiting_list_review where clinic_id = $1 and due_at <= $2 for update skip locked)
        """,
        clinic_id,
        now,
    )


async def is_planned(tx: Transaction, clinic_id: UUID, now: datetime) -> bool:
    """Whether a later look is planned already."""
    return await tx.fetchval(
        "select exists (select from waiting_list_review where clinic_id = $1 and due_at > $2)", clinic_id, now
    )
