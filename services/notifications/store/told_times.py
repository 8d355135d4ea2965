"""Whom a letter gives another time than the last one that may have reached them."""

from collections.abc import Sequence
from uuid import UUID

from services.notifications.store.claimed_messages import Claimed
from shared.database.transaction import Transaction


async def which_change_one(tx: Transaction, messages: Sequence[Claimed]) -> set[UUID]:
    """Of those that promise a time. A promise expires when its time comes, so that says which one it named; and so does word
    that a time stays, which may have gone before the promise itself."""
    ids = [one.id for one in messages if one.kind.confirms and one.revision > 1]
    if not ids:
        return set()
    rows = await tx.fetch(
        """
        select message.id
          from message
          cross join lateral (
                select earlier.expires_at
                  from message earlier
                 where (earlier.about_id = message.about_id
                        and earlier.kind in ('consultation-scheduled', 'session-scheduled')
                        or earlier.appointment_id = message.about_id and earlier.kind = 'time-stays')
                   and earlier.revision < message.revision
                   and earlier.offered > 0
                 order by earlier.revision desc
                 limit 1
               ) told
         where message.id = any ($1::uuid[]) and told.expires_at <> message.expires_at
        """,
        ids,
    )
    return {row["id"] for row in rows}
