"""A draft of the screening rules is changed: an item is worded or weighed anew, added, or left out."""

from services.intake.domain.screening.rule_set import RuleSet, ScreeningItem
from shared.versions.life import Version

# `seen` is everywhere the revision that was on the page. All raise NotADraft, ChangedSinceSeen, VersionBroken.


class ItemNotFound(LookupError):
    """These rules have no item of that id."""


def with_item(draft: Version[RuleSet], changed: ScreeningItem, seen: int) -> Version[RuleSet]:
    """Raises ItemNotFound."""
    return draft.edited(_having(draft, changed.id, seen).with_item(changed), seen)


def with_further(draft: Version[RuleSet], item: ScreeningItem, seen: int) -> Version[RuleSet]:
    return draft.edited(draft.to_edit(seen).with_further(item), seen)


def without(draft: Version[RuleSet], item_id: str, seen: int) -> Version[RuleSet]:
    """Raises ItemNotFound."""
    return draft.edited(_having(draft, item_id, seen).without(item_id), seen)


def _having(draft: Version[RuleSet], item_id: str, seen: int) -> RuleSet:
    rules = draft.to_edit(seen)
    if rules.item(item_id) is None:
        raise ItemNotFound(item_id)
    return rules
