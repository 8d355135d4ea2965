"""A clinician approves a version of the screening rules under their name: from now on requests are screened under it."""

from uuid import UUID

from services.intake.domain.screening.version import Version
from services.intake.store import screening_acts, screening_versions
from services.intake.store.screening_acts import Act, Person
from shared.database import Transaction


async def approve_screening(tx: Transaction, clinic_id: UUID, number: int, seen: int, by: Person) -> Version:
    """`seen` is the revision that was on the page: nobody approves what they have not read. Approving again changes
    nothing. Raises VersionNotFound, ChangedSinceSeen, RuleSetBroken.
    """
    before = await screening_versions.lock(tx, clinic_id, number)
    after = before.approve(by.id, by.name, tx.now, seen)
    if after is not before and after.approval:
        await screening_versions.save_approval(tx, clinic_id, number, after.approval)
        await screening_acts.add(tx, clinic_id, after, Act.APPROVED, by)
    return after
