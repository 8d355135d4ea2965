"""`slot_offering`: how a clinic gives freed times away."""

from datetime import timedelta
from uuid import UUID

from services.scheduling.domain.slot_offer import Offering, Way
from shared.database import Transaction

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


async def of_clinic(tx: Transaction, clinic_id: UUID) -> Offering:
    """What the clinic has chosen; without a choice they are booked for the first in line."""
    row = await tx.fetchrow("select * from slot_offering where clinic_id = $1", clinic_id)
    if row is None:
        return Offering()
    return Offering(
        way=Way(row["way"]),
        within=row["within_minutes"] * _MINUTE,
        at_once=row["at_once"],
        book_urgent=row["book_urgent"],
        nearer_than=row["nearer_than_hours"] * _HOUR,
    )


async def save(tx: Transaction, clinic_id: UUID, offering: Offering, by: UUID) -> None:
    await tx.execute(
        """
        insert into slot_offering (clinic_id, way, within_minutes, at_once, book_urgent, nearer_than_hours, changed_by,
                                   changed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (clinic_id) do update
           set way = excluded.way,
               within_minutes = excluded.within_minutes,
               at_once = excluded.at_once,
               book_urgent = excluded.book_urgent,
               nearer_than_hours = excluded.nearer_than_hours,
               changed_by = excluded.changed_by,
               changed_at = excluded.changed_at
        """,
        clinic_id,
        offering.way,
        offering.within // _MINUTE,
        offering.at_once,
        offering.book_urgent,
        offering.nearer_than // _HOUR,
        by,
        tx.now,
    )
