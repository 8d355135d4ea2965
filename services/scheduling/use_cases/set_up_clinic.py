"""Make a clinic's data what a description says."""

from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.misdescribed import must_be_meant
from services.scheduling.store import clinic_changes, clinics, waiting_list
from shared.database import Transaction


async def set_up_clinic(tx: Transaction, clinic: Clinic) -> None:
    """Inserts or updates everything; the same description twice changes nothing. Raises ClinicMisdescribed.

    Bookings stay as they are. Whoever asked before the clinic was set up stands on the waiting list, and is served now.
    """
    must_be_meant(clinic)
    await clinics.lock(tx, clinic.id)
    before = await clinics.find(tx, clinic.id)
    await clinics.save(tx, clinic)
    after = await clinics.find(tx, clinic.id)
    assert after is not None
    if before is None or before != after:
        await clinic_changes.add(tx, before, after, what="Set up")
    await waiting_list.review_at(tx, clinic.id, tx.now)


async def set_up_once(tx: Transaction, clinic: Clinic) -> None:
    """The same, unless staff have changed the clinic since: what they decided is not undone by a restart."""
    await clinics.lock(tx, clinic.id)
    if not await clinic_changes.made_by_staff(tx, clinic.id):
        await set_up_clinic(tx, clinic)


async def set_up_where_none(tx: Transaction, clinic: Clinic) -> bool:
    """The same, for a clinic that has no calendar; False where there is one, which stays as it is."""
    await clinics.lock(tx, clinic.id)
    if await clinics.find(tx, clinic.id) is not None:
        return False
    await set_up_clinic(tx, clinic)
    return True
