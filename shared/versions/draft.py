"""A member of staff begins a new version from an earlier one."""

from uuid import UUID

from shared.database import Transaction
from shared.versions import acts, stored
from shared.versions.acts import Act, Person
from shared.versions.kind import Kind
from shared.versions.life import Content, Version


async def draft_version(
    tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int, by: Person
) -> Version[Content]:
    """The new draft; a draft of theirs from the same version that nobody has edited yet is taken up instead, so that
    pressing twice makes one. Raises VersionNotFound, VersionBroken.
    """
    await stored.lock_numbers(tx, kind, clinic_id)
    for known in await stored.every(tx, kind, clinic_id):
        if known.is_draft and (known.based_on, known.made_by, known.revision) == (number, by.id, 1):
            return known
    base = await stored.get(tx, kind, clinic_id, number)
    draft = await stored.add(tx, kind, clinic_id, base.readable(), number, by.id)
    await acts.add(tx, kind, clinic_id, draft, Act.DRAFTED, by)
    return draft
