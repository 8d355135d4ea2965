"""The table `contact_share`. It is written where requests are kept (`submissions.py`)."""

from datetime import timedelta

from shared.database import Transaction

KEPT = timedelta(days=60)
"""Longer than any clinic plans ahead, and no longer: a hash of a contact is still about somebody."""


async def forget_old(tx: Transaction, most: int = 1000) -> int:
    """For a timer: contacts that have not asked for long. Says how many."""
    done = await tx.execute(
        """
        delete from contact_share
         where (clinic_id, contact) in (
               select clinic_id, contact from contact_share
                where began_at <= $1
                limit $2 for update skip locked)
        """,
        tx.now - KEPT,
        most,
    )
    return int(done.split()[-1])
