"""A member of staff begins a new version of the screening rules from an earlier one."""

from uuid import UUID

from services.intake.domain.screening.version import Version
from services.intake.store import screening_acts, screening_versions
from services.intake.store.screening_acts import Act, Person
from shared.database import Transaction


async def draft_screening(tx: Transaction, clinic_id: UUID, number: int, by: Person) -> Version:
    """The new draft; a draft of theirs from the same version that nobody has edited yet is taken up instead, so that
    pressing twice makes one. Raises VersionNotFound, RuleSetBroken.
    """
    await screening_versions.lock_numbers(tx, clinic_id)
    versions = await screening_versions.every(tx, clinic_id)
    for known in versions:
        if known.is_draft and (known.based_on, known.made_by, known.revision) == (number, by.id, 1):
            return known
    base = await screening_versions.get(tx, clinic_id, number)
    draft = await screening_versions.add(tx, clinic_id, base.readable(), number, by.id)
    await screening_acts.add(tx, clinic_id, draft, Act.DRAFTED, by)
    return draft
