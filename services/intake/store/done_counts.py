"""How often something was done: from one network address, or to one mailbox. In the table `contact_share`, where every
replica counts.

The address itself is not here: a keyed hash of it and of the hour or day, so that nothing tells one hour's callers from
another's.
"""

from uuid import UUID

from shared.database import Transaction


async def count(tx: Transaction, clinic_id: UUID, who: bytes, most: int) -> bool:
    """False when it was done `most` times already. That is only read: a flood writes nothing and waits for nobody."""
    counted = await tx.fetchval(
        """
        insert into contact_share as known (clinic_id, contact, began_at, asked, booked)
        values ($1, $2, $3, 1, '{}')
            on conflict (clinic_id, contact) do update
           set asked = known.asked + 1
         where known.asked < $4
        returning true
        """,
        clinic_id,
        who,
        tx.now,
        most,
    )
    return bool(counted)
