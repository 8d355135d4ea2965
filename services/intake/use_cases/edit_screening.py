"""A draft of the screening rules is changed: an item is worded or weighed anew, added, or left out."""

from uuid import UUID

from services.intake.domain.screening import ScreeningItem
from services.intake.domain.screening.version import Version
from services.intake.store import screening_acts, screening_versions
from services.intake.store.screening_acts import Act, Person
from shared.database import Transaction

# `seen` is everywhere the revision that was on the page.


async def change_item(
    tx: Transaction, clinic_id: UUID, number: int, changed: ScreeningItem, seen: int, by: Person
) -> None:
    """Saving what is the same changes nothing. Raises VersionNotFound, NotADraft, ChangedSinceSeen, ItemNotFound,
    RuleSetBroken.
    """
    before = await screening_versions.lock(tx, clinic_id, number)
    if before.is_draft and before.readable().item(changed.id) == changed:
        return
    await _save(tx, clinic_id, before.with_item(changed, seen), Act.EDITED, by, changed.id)


async def add_item(tx: Transaction, clinic_id: UUID, number: int, item: ScreeningItem, seen: int, by: Person) -> None:
    """Raises VersionNotFound, NotADraft, ChangedSinceSeen, RuleSetBroken."""
    before = await screening_versions.lock(tx, clinic_id, number)
    await _save(tx, clinic_id, before.with_further(item, seen), Act.ADDED, by, item.id)


async def leave_item_out(tx: Transaction, clinic_id: UUID, number: int, item_id: str, seen: int, by: Person) -> None:
    """Raises VersionNotFound, NotADraft, ChangedSinceSeen, ItemNotFound, RuleSetBroken."""
    before = await screening_versions.lock(tx, clinic_id, number)
    await _save(tx, clinic_id, before.without(item_id, seen), Act.LEFT_OUT, by, item_id)


async def _save(tx: Transaction, clinic_id: UUID, draft: Version, act: Act, by: Person, item_id: str) -> None:
    await screening_versions.save_draft(tx, clinic_id, draft)
    await screening_acts.add(tx, clinic_id, draft, act, by, item_id)
