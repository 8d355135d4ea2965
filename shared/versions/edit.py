"""A draft is changed as a whole."""

from uuid import UUID

from shared.database import Transaction
from shared.versions import acts, stored
from shared.versions.acts import Act, Person
from shared.versions.kind import Kind
from shared.versions.life import Content


async def edit_version(
    tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int, changed: Content, seen: int, by: Person
) -> None:
    """`seen` is the revision that was on the page. Saving what is the same changes nothing. Raises VersionNotFound,
    NotADraft, ChangedSinceSeen, VersionBroken.
    """
    before = await stored.lock(tx, kind, clinic_id, number)
    if before.is_draft and before.readable() == changed:
        return
    after = before.edited(changed, seen)
    await stored.save_draft(tx, kind, clinic_id, after)
    await acts.add(tx, kind, clinic_id, after, Act.EDITED, by)
