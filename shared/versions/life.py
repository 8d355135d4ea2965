"""The life of a version of what a clinician answers for: a draft that is edited, until it is approved under their name; then
it never changes again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID


class VersionBroken(ValueError):
    """What a version holds cannot be used. `str(error)` names each place and what is wrong there."""


class VersionNotFound(LookupError):
    """There is no version of that number at this clinic."""


class NotADraft(Exception):
    """It is approved, or came with the service: a change is a new version."""


class ChangedSinceSeen(Exception):
    """Somebody else has changed the draft since the page was opened."""


class Versioned(Protocol):
    """What a version holds."""

    @property
    def version(self) -> int: ...

    def as_version(self, version: int) -> Any:
        """The same under another number."""
        ...

    def written(self) -> dict[str, Any]:
        """What it is read from again."""
        ...


Content = TypeVar("Content", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Approval:
    by: UUID
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version(Generic[Content]):
    """`content` is None when what is stored cannot be read by this release; `fault` then says why.

    `revision` rises with every edit, so that nobody approves, or overwrites, what they have not seen.
    """

    number: int
    content: Content | None
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

    def readable(self) -> Content:
        """Raises VersionBroken."""
        if self.content is None:
            raise VersionBroken(self.fault)
        return self.content

    def to_edit(self, seen: int) -> Content:
        """What stands in the draft. Raises NotADraft, ChangedSinceSeen, VersionBroken."""
        if not self.is_draft:
            raise NotADraft
        if seen != self.revision:
            raise ChangedSinceSeen
        return self.readable()

    def edited(self, content: Content, seen: int) -> "Version[Content]":
        """Raises NotADraft, ChangedSinceSeen, VersionBroken."""
        self.to_edit(seen)
        return replace(self, content=content, revision=self.revision + 1)

    def approve(self, by: UUID, name: str, now: datetime, seen: int) -> "Version[Content]":
        """Approving twice changes nothing: whoever was first stays on record. Raises ChangedSinceSeen, VersionBroken."""
        if self.approval:
            return self
        if seen != self.revision:
            raise ChangedSinceSeen
        self.readable()
        return replace(self, approval=Approval(by, name, now))


@dataclass(frozen=True, slots=True)
class InForce(Generic[Content]):
    """What counts now. `failed` are versions approved later, which cannot be read."""

    content: Content
    approval: Approval | None
    failed: tuple[int, ...] = ()

    @property
    def approved(self) -> bool:
        return self.approval is not None


def in_force(versions: Iterable[Version[Content]], shipped: Content) -> InForce[Content]:
    """What was approved last and can be read; what came with the service when there is none. Never nothing."""
    approved = [(version.approval, version) for version in versions if version.approval]
    failed: list[int] = []
    for approval, version in sorted(approved, key=lambda one: (one[0].at, one[1].number), reverse=True):
        if version.content:
            return InForce(version.content, approval, tuple(failed))
        failed.append(version.number)
    return InForce(shipped, None, tuple(failed))


@dataclass(frozen=True, slots=True)
class Difference:
    """Between two versions, in plain words. None where the item, or this part of it, does not exist."""

    name: str
    part: str
    before: str | None
    after: str | None
