"""By when somebody must be seen: the one place that says so. The hours themselves are data, see `urgency_rules`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.scheduling.domain.urgency_rules import UrgencyRules
from shared.events.risk import RiskLevel
from shared.events.values import Urgency


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk that was seen in a request, from the moment on that it was raised."""

    level: RiskLevel
    raised_at: datetime


def due_by(
    rules: UrgencyRules, asked: Urgency | None, requested_at: datetime, risks: Iterable[Risk], zone: str
) -> datetime | None:
    """The earliest of what each risk and the request itself ask for, whichever was heard first; None when nothing hurries.
    `asked` is what the request says, None where only risks are judged."""
    ends = [rules.by_risk[risk.level].after(risk.raised_at, zone) for risk in risks]
    if asked is not None and asked in rules.by_urgency:
        ends.append(rules.by_urgency[asked].after(requested_at, zone))
    return min(ends, default=None)


def is_late(due: datetime | None, starts_at: datetime | None) -> bool:
    """Whether staff must do something: no time at all is late as well, for nobody knows when there will be one."""
    return due is not None and (starts_at is None or starts_at > due)
