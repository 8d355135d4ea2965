"""The life of a version: a draft that is edited, until a named clinician approves it; then it never changes again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.intake.domain.screening.rule_set import RuleSet, RuleSetBroken, ScreeningItem


class VersionNotFound(LookupError):
    """There is no version of that number at this clinic."""


class ItemNotFound(LookupError):
    """These rules have no item of that id."""


class NotADraft(Exception):
    """It is approved, or came with the service: a change is a new version."""


class ChangedSinceSeen(Exception):
    """Somebody else has changed the draft since the page was opened."""


@dataclass(frozen=True, slots=True)
class Approval:
    by: UUID
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """`rules` is None when what is stored cannot be read by this release; `fault` then says why.

    `revision` rises with every edit, so that nobody approves, or overwrites, what they have not seen.
    """

    number: int
    rules: RuleSet | None
    based_on: int | None
    revision: int
    made_by: UUID | None
    made_at: datetime | None
    approval: Approval | None = None
    fault: str = ""

    @property
    def shipped(self) -> bool:
        return self.based_on is None

    @property
    def is_draft(self) -> bool:
        return self.approval is None and not self.shipped

    def readable(self) -> RuleSet:
        """Raises RuleSetBroken."""
        if self.rules is None:
            raise RuleSetBroken(self.fault)
        return self.rules

    def with_item(self, changed: ScreeningItem, seen: int) -> "Version":
        """Raises NotADraft, ChangedSinceSeen, ItemNotFound, RuleSetBroken."""
        return self._edited(self._to_edit(seen, having=changed.id).with_item(changed))

    def with_further(self, item: ScreeningItem, seen: int) -> "Version":
        """Raises NotADraft, ChangedSinceSeen, RuleSetBroken."""
        return self._edited(self._to_edit(seen).with_further(item))

    def without(self, item_id: str, seen: int) -> "Version":
        """Raises NotADraft, ChangedSinceSeen, ItemNotFound, RuleSetBroken."""
        return self._edited(self._to_edit(seen, having=item_id).without(item_id))

    def _to_edit(self, seen: int, having: str | None = None) -> RuleSet:
        if not self.is_draft:
            raise NotADraft
        if seen != self.revision:
            raise ChangedSinceSeen
        rules = self.readable()
        if having is not None and rules.item(having) is None:
            raise ItemNotFound(having)
        return rules

    def _edited(self, rules: RuleSet) -> "Version":
        return replace(self, rules=rules, revision=self.revision + 1)

    def approve(self, by: UUID, name: str, now: datetime, seen: int) -> "Version":
        """Approving twice changes nothing: whoever was first stays on record. Raises ChangedSinceSeen, RuleSetBroken."""
        if self.approval:
            return self
        if seen != self.revision:
            raise ChangedSinceSeen
        self.readable()
        return replace(self, approval=Approval(by, name, now))


@dataclass(frozen=True, slots=True)
class InForce:
    """What requests are screened under now. `failed` are versions approved later, which cannot be read."""

    rule_set: RuleSet
    approval: Approval | None
    failed: tuple[int, ...] = ()

    @property
    def approved(self) -> bool:
        return self.approval is not None


def in_force(versions: Iterable[Version], shipped: RuleSet) -> InForce:
    """What was approved last and can be read; what came with the service when there is none. Never nothing."""
    approved = [(version.approval, version) for version in versions if version.approval]
    failed: list[int] = []
    for approval, version in sorted(approved, key=lambda one: (one[0].at, one[1].number), reverse=True):
        if version.rules:
            return InForce(version.rules, approval, tuple(failed))
        failed.append(version.number)
    return InForce(shipped, None, tuple(failed))
