"""By whose rules a time is given: patients choose from what is offered, staff know what they do."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.override import Override
from services.scheduling.domain.refusal import (
    NOTHING_HELD,
    Held,
    Missing,
    offered_around,
    reasons,
    reasons_without_staff,
)
from services.scheduling.domain.slots import Busy, Candidate, Wanted, bookable_without_staff, candidate_at


class Rules(Protocol):
    def against(
        self, clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime, held: Held = NOTHING_HELD
    ) -> list[Missing]:
        """Everything that stands against this start."""
        ...

    def give(self, clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime) -> Candidate | None:
        """This start, or None."""
        ...

    def reach(self, clinic: Clinic, start: datetime, now: datetime) -> Interval:
        """Where other times are looked for when this start cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class PatientsRules:
    def against(
        self, clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime, held: Held = NOTHING_HELD
    ) -> list[Missing]:
        return reasons_without_staff(clinic, wanted, start, busy, now, held)

    def give(self, clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime) -> Candidate | None:
        return None if self.against(clinic, wanted, start, busy, now) else candidate_at(clinic, wanted, start, busy)

    def reach(self, clinic: Clinic, start: datetime, now: datetime) -> Interval:
        del start
        return bookable_without_staff(clinic, now)


@dataclass(frozen=True, slots=True)
class StaffRules:
    """No notice is needed. With `override` also what bends is no obstacle, and stands with the appointment."""

    override: Override | None = None

    def against(
        self, clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime, held: Held = NOTHING_HELD
    ) -> list[Missing]:
        return reasons(clinic, wanted, start, busy, now, held)

    def give(self, clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime) -> Candidate | None:
        """Raises NotYoursToOverride."""
        against = self.against(clinic, wanted, start, busy, now)
        if not against:
            return candidate_at(clinic, wanted, start, busy)
        overridden = self.override.of(against) if self.override else frozenset()
        if not overridden:
            return None
        candidate = candidate_at(clinic, wanted, start, busy, overridden=overridden)
        return replace(candidate, overridden=overridden) if candidate else None

    def reach(self, clinic: Clinic, start: datetime, now: datetime) -> Interval:
        del clinic
        return offered_around(start, now)
