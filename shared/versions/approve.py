"""A clinician approves a version under their name: from now on it counts, and never changes."""

from uuid import UUID

from shared.database import Transaction
from shared.versions import acts, stored
from shared.versions.acts import Act, Person
from shared.versions.kind import Kind
from shared.versions.life import Content, Version


async def approve_version(
    tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int, seen: int, by: Person
) -> Version[Content]:
    """`seen` is the revision that was on the page: nobody approves what they have not read. Approving again changes
    nothing. Raises VersionNotFound, ChangedSinceSeen, VersionBroken.
    """
    before = await stored.lock(tx, kind, clinic_id, number)
    after = before.approve(by.id, by.name, tx.now, seen)
    if after is not before and after.approval:
        await stored.save_approval(tx, kind, clinic_id, number, after.approval)
        await acts.add(tx, kind, clinic_id, after, Act.APPROVED, by)
    return after
