"""By when somebody must be seen: the one place that says so. The hours themselves are data, see `rules/`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.events.risk import RiskLevel
from shared.events.values import Urgency


@dataclass(frozen=True, slots=True)
class UrgencyRules:
    """What is not named has no deadline: it waits its turn."""

    version: int
    by_risk: Mapping[RiskLevel, timedelta]
    by_urgency: Mapping[Urgency, timedelta]


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk that was seen in a request, from the moment on that it was raised."""

    level: RiskLevel
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Late:
    """Staff were told once that somebody must be seen sooner: a fact of its own."""

    id: UUID
    version: int = 1


def due_by(rules: UrgencyRules, urgency: Urgency, requested_at: datetime, risks: Iterable[Risk]) -> datetime | None:
    """The earliest of what each risk and the request itself ask for; None when nothing hurries."""
    ends = [risk.raised_at + rules.by_risk[risk.level] for risk in risks if risk.level in rules.by_risk]
    if not ends and urgency in rules.by_urgency:
        ends.append(requested_at + rules.by_urgency[urgency])
    return min(ends, default=None)


def is_late(due: datetime | None, starts_at: datetime | None) -> bool:
    """Whether staff must do something: no time at all is late as well, for nobody knows when there will be one."""
    return due is not None and (starts_at is None or starts_at > due)
