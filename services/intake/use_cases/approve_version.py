"""A clinician approves a version under their name: from now on it counts, and never changes."""

from uuid import UUID

from services.intake.domain.versions import Content, Version
from services.intake.store import version_acts, versions
from services.intake.store.version_acts import Act, Person
from services.intake.store.version_kinds import Kind
from shared.database import Transaction


async def approve_version(
    tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int, seen: int, by: Person
) -> Version[Content]:
    """`seen` is the revision that was on the page: nobody approves what they have not read. Approving again changes
    nothing. Raises VersionNotFound, ChangedSinceSeen, VersionBroken.
    """
    before = await versions.lock(tx, kind, clinic_id, number)
    after = before.approve(by.id, by.name, tx.now, seen)
    if after is not before and after.approval:
        await versions.save_approval(tx, kind, clinic_id, number, after.approval)
        await version_acts.add(tx, kind, clinic_id, after, Act.APPROVED, by)
    return after
