"""A member of staff begins a new version from an earlier one."""

from uuid import UUID

from services.intake.domain.versions import Content, Version
from services.intake.store import version_acts, versions
from services.intake.store.version_acts import Act, Person
from services.intake.store.version_kinds import Kind
from shared.database import Transaction


async def draft_version(
    tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int, by: Person
) -> Version[Content]:
    """The new draft; a draft of theirs from the same version that nobody has edited yet is taken up instead, so that
    pressing twice makes one. Raises VersionNotFound, VersionBroken.
    """
    await versions.lock_numbers(tx, kind, clinic_id)
    for known in await versions.every(tx, kind, clinic_id):
        if known.is_draft and (known.based_on, known.made_by, known.revision) == (number, by.id, 1):
            return known
    base = await versions.get(tx, kind, clinic_id, number)
    draft = await versions.add(tx, kind, clinic_id, base.readable(), number, by.id)
    await version_acts.add(tx, kind, clinic_id, draft, Act.DRAFTED, by)
    return draft
