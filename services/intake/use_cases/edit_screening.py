"""A draft of the screening rules is changed: an item is worded or weighed anew, added, or left out."""

from uuid import UUID

from services.intake.domain.screening import RuleSet, ScreeningItem
from services.intake.domain.screening.draft import with_further, with_item, without
from services.intake.store.version_kinds import SCREENING
from shared.database import Transaction
from shared.versions import acts, stored
from shared.versions.acts import Act, Person
from shared.versions.life import Version

# `seen` is everywhere the revision that was on the page.


async def change_item(
    tx: Transaction, clinic_id: UUID, number: int, changed: ScreeningItem, seen: int, by: Person
) -> None:
    """Saving what is the same changes nothing. Raises VersionNotFound, NotADraft, ChangedSinceSeen, ItemNotFound,
    VersionBroken.
    """
    before = await stored.lock(tx, SCREENING, clinic_id, number)
    if before.is_draft and before.readable().item(changed.id) == changed:
        return
    await _save(tx, clinic_id, with_item(before, changed, seen), Act.EDITED, by, changed.id)


async def add_item(tx: Transaction, clinic_id: UUID, number: int, item: ScreeningItem, seen: int, by: Person) -> None:
    """Raises VersionNotFound, NotADraft, ChangedSinceSeen, VersionBroken."""
    before = await stored.lock(tx, SCREENING, clinic_id, number)
    await _save(tx, clinic_id, with_further(before, item, seen), Act.ADDED, by, item.id)


async def leave_item_out(tx: Transaction, clinic_id: UUID, number: int, item_id: str, seen: int, by: Person) -> None:
    """Raises VersionNotFound, NotADraft, ChangedSinceSeen, ItemNotFound, VersionBroken."""
    before = await stored.lock(tx, SCREENING, clinic_id, number)
    await _save(tx, clinic_id, without(before, item_id, seen), Act.LEFT_OUT, by, item_id)


async def _save(tx: Transaction, clinic_id: UUID, draft: Version[RuleSet], act: Act, by: Person, item_id: str) -> None:
    await stored.save_draft(tx, SCREENING, clinic_id, draft)
    await acts.add(tx, SCREENING, clinic_id, draft, act, by, item_id)
