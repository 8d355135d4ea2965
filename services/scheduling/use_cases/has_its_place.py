"""Whether the clinic's day has a place for what is held or booked, as it is now."""

from uuid import UUID

from services.scheduling.domain.stranded import against
from services.scheduling.store import booked_ahead, clinics
from shared.database import Transaction


async def has_its_place(tx: Transaction, clinic_id: UUID, appointment_id: UUID) -> bool:
    """Hours, rosters and chairs may have changed since its time was taken. Of what is neither held nor booked nothing is said
    against it."""
    clinic = await clinics.find(tx, clinic_id)
    planned = await booked_ahead.of_ids(tx, clinic_id, [appointment_id])
    return clinic is not None and not any(against(clinic, one) for one in planned)
