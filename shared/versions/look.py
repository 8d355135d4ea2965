"""What the pages about versions show: all of them, one of them, two side by side."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic
from uuid import UUID

from shared.database import Transaction
from shared.versions import acts, stored
from shared.versions.acts import KeptAct
from shared.versions.kind import Kind
from shared.versions.life import Content, Difference, InForce, Version, in_force


@dataclass(frozen=True, slots=True)
class VersionList(Generic[Content]):
    """`names` are those of the staff who made versions."""

    versions: list[Version[Content]]
    now: InForce[Content]
    names: dict[UUID, str]


async def list_versions(
    tx: Transaction,
    kind: Kind[Content],
    clinic_id: UUID,
    names_of: Callable[[Transaction, Iterable[UUID | None]], Awaitable[dict[UUID, str]]],
) -> VersionList[Content]:
    found = await stored.every(tx, kind, clinic_id)
    names = await names_of(tx, [version.made_by for version in found])
    return VersionList(found, in_force(found, kind.shipped()), names)


@dataclass(frozen=True, slots=True)
class WholeVersion(Generic[Content]):
    version: Version[Content]
    now: InForce[Content]
    acts: list[KeptAct]

    @property
    def in_force(self) -> bool:
        return self.now.content.version == self.version.number


async def look_at_version(tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int) -> WholeVersion[Content]:
    """Raises VersionNotFound."""
    found = await stored.every(tx, kind, clinic_id)
    version = await stored.get(tx, kind, clinic_id, number)
    done = await acts.of_version(tx, kind, clinic_id, number)
    return WholeVersion(version, in_force(found, kind.shipped()), done)


@dataclass(frozen=True, slots=True)
class Comparison(Generic[Content]):
    before: Version[Content]
    after: Version[Content]
    found: tuple[Difference, ...]


async def compare_versions(
    tx: Transaction,
    kind: Kind[Content],
    clinic_id: UUID,
    before: int,
    after: int,
    differences: Callable[[Content, Content], tuple[Difference, ...]],
) -> Comparison[Content]:
    """Raises VersionNotFound, VersionBroken."""
    one = await stored.get(tx, kind, clinic_id, before)
    other = await stored.get(tx, kind, clinic_id, after)
    return Comparison(one, other, differences(one.readable(), other.readable()))
