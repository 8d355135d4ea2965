"""What the pages about versions show: all of them, one of them, two side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic
from uuid import UUID

from services.intake.domain.versions import Content, Difference, InForce, Version, in_force
from services.intake.store import staff_names, version_acts, versions
from services.intake.store.version_acts import KeptAct
from services.intake.store.version_kinds import Kind
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class VersionList(Generic[Content]):
    """`names` are those of the staff who made versions."""

    versions: list[Version[Content]]
    now: InForce[Content]
    names: dict[UUID, str]


async def list_versions(tx: Transaction, kind: Kind[Content], clinic_id: UUID) -> VersionList[Content]:
    found = await versions.every(tx, kind, clinic_id)
    names = await staff_names.names_of(tx, [version.made_by for version in found])
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
    found = await versions.every(tx, kind, clinic_id)
    version = await versions.get(tx, kind, clinic_id, number)
    acts = await version_acts.of_version(tx, kind, clinic_id, number)
    return WholeVersion(version, in_force(found, kind.shipped()), acts)


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
    one = await versions.get(tx, kind, clinic_id, before)
    other = await versions.get(tx, kind, clinic_id, after)
    return Comparison(one, other, differences(one.readable(), other.readable()))
