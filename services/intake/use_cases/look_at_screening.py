"""What the pages about screening rules show."""

from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.screening.differences import Difference, differences
from services.intake.domain.screening.version import InForce, Version, in_force
from services.intake.store import screening_acts, screening_versions, staff_names
from services.intake.store.screening_acts import KeptAct
from services.intake.store.shipped_rules import shipped_rules
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class ScreeningList:
    """`names` are those of the staff who made versions."""

    versions: list[Version]
    now: InForce
    names: dict[UUID, str]


async def list_screening(tx: Transaction, clinic_id: UUID) -> ScreeningList:
    versions = await screening_versions.every(tx, clinic_id)
    names = await staff_names.names_of(tx, [version.made_by for version in versions])
    return ScreeningList(versions, in_force(versions, shipped_rules()), names)


@dataclass(frozen=True, slots=True)
class WholeVersion:
    version: Version
    now: InForce
    acts: list[KeptAct]

    @property
    def in_force(self) -> bool:
        return self.now.rule_set.version == self.version.number


async def look_at_screening(tx: Transaction, clinic_id: UUID, number: int) -> WholeVersion:
    """Raises VersionNotFound."""
    versions = await screening_versions.every(tx, clinic_id)
    version = await screening_versions.get(tx, clinic_id, number)
    return WholeVersion(
        version, in_force(versions, shipped_rules()), await screening_acts.of_version(tx, clinic_id, number)
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    before: Version
    after: Version
    found: tuple[Difference, ...]


async def compare_screening(tx: Transaction, clinic_id: UUID, before: int, after: int) -> Comparison:
    """Raises VersionNotFound, RuleSetBroken."""
    one = await screening_versions.get(tx, clinic_id, before)
    other = await screening_versions.get(tx, clinic_id, after)
    return Comparison(one, other, differences(one.readable(), other.readable()))
