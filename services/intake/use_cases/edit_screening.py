"""One item of a draft of the screening rules is changed."""

from uuid import UUID

from services.intake.domain.screening import ScreeningItem
from services.intake.domain.screening.version import Version
from services.intake.store import screening_acts, screening_versions
from services.intake.store.screening_acts import Act, Person
from shared.database import Transaction


async def edit_screening(
    tx: Transaction, clinic_id: UUID, number: int, changed: ScreeningItem, seen: int, by: Person
) -> Version:
    """`seen` is the revision that was on the page. Saving what is the same changes nothing.

    Raises VersionNotFound, NotADraft, ChangedSinceSeen, ItemNotFound, RuleSetBroken.
    """
    before = await screening_versions.lock(tx, clinic_id, number)
    if before.is_draft and before.readable().item(changed.id) == changed:
        return before
    after = before.with_item(changed, seen)
    await screening_versions.save_draft(tx, clinic_id, after)
    await screening_acts.add(tx, clinic_id, after, Act.EDITED, by, changed.id)
    return after
