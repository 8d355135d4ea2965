"""Within how long somebody must be seen: versioned data that a clinician answers for, never a constant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from services.scheduling.domain.daytime import LENGTH, NIGHT, after_daytime
from shared.events.risk import RiskLevel
from shared.events.values import Urgency
from shared.versions.life import VersionBroken

GRAVEST_FIRST: Sequence[RiskLevel] = (RiskLevel.HIGH, RiskLevel.UNASSESSED, RiskLevel.MODERATE, RiskLevel.LOW)
"""What nobody has assessed yet may be high."""
SOONEST_FIRST: Sequence[Urgency] = (Urgency.URGENT, Urgency.SOON)
"""Routine is not among them: it waits its turn."""
LONGEST = timedelta(days=365)
MOST_HOURS = LONGEST // timedelta(hours=1)
MOST_AGAIN = 168
LONGEST_SOURCE = 300
_CLOCK_CHANGE = timedelta(hours=1)


class UrgencyRulesBroken(VersionBroken):
    """The data says not, or not sensibly, how soon somebody must be seen."""


class Counted(StrEnum):
    ALL = "all"
    DAY = "day"
    """Only hours of daytime: nobody must be seen at night."""


@dataclass(frozen=True, slots=True)
class Within:
    hours: int
    counted: Counted = Counted.ALL

    def after(self, at: datetime, zone: str) -> datetime:
        length = timedelta(hours=self.hours)
        return at + length if self.counted is Counted.ALL else after_daytime(at, length, zone)

    @property
    def longest(self) -> timedelta:
        """From whenever it is counted."""
        length = timedelta(hours=self.hours)
        if self.counted is Counted.ALL:
            return length
        return length + -(-length // LENGTH) * NIGHT + _CLOCK_CHANGE

    def never_later_than(self, other: "Within") -> bool:
        """Whenever both are counted from."""
        if (self.counted, other.counted) == (Counted.DAY, Counted.ALL):
            return self.longest <= other.longest
        return self.hours <= other.hours


Said = RiskLevel | Urgency


@dataclass(frozen=True, slots=True)
class UrgencyRules:
    """`again_hours`: how long after staff have heard that a deadline has passed they hear it again."""

    version: int
    by_risk: Mapping[RiskLevel, Within]
    by_urgency: Mapping[Urgency, Within]
    again_hours: int
    source: str

    @property
    def within(self) -> Mapping[Said, Within]:
        return {**self.by_risk, **self.by_urgency}

    @property
    def again(self) -> timedelta:
        return timedelta(hours=self.again_hours)

    def as_version(self, version: int) -> "UrgencyRules":
        return replace(self, version=version)

    def written(self) -> dict[str, Any]:
        """What `read` makes the same rules from."""
        return {
            "version": self.version,
            "source": self.source,
            "again_hours": self.again_hours,
            "risk": {level.value: _written(self.by_risk[level]) for level in GRAVEST_FIRST},
            "urgency": {urgency.value: _written(self.by_urgency[urgency]) for urgency in SOONEST_FIRST},
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "UrgencyRules":
        """Raises UrgencyRulesBroken, also for what this release does not know."""
        try:
            read = cls(
                version=int(data["version"]),
                by_risk={RiskLevel(name): _within(said) for name, said in data["risk"].items()},
                by_urgency={Urgency(name): _within(said) for name, said in data["urgency"].items()},
                again_hours=_whole(data["again_hours"]),
                source=str(data["source"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UrgencyRulesBroken(f"cannot be read: {error}") from error
        if read.by_risk.keys() != set(GRAVEST_FIRST) or read.by_urgency.keys() != set(SOONEST_FIRST):
            raise UrgencyRulesBroken("says of some level not how soon, or of one that has no deadline")
        if wrong := faults(read):
            raise UrgencyRulesBroken(" ".join(wrong.values()))
        if unknown := sorted(data.keys() - read.written().keys()):
            raise UrgencyRulesBroken(f"{unknown[0]} is nothing that this release knows")
        return read


LEVELS: Mapping[Said, str] = {
    RiskLevel.HIGH: "High risk",
    RiskLevel.UNASSESSED: "Risk not yet assessed",
    RiskLevel.MODERATE: "Moderate risk",
    RiskLevel.LOW: "Low risk",
    Urgency.URGENT: "Urgent request, no risk seen",
    Urgency.SOON: "Request to be seen soon",
}


@dataclass(frozen=True, slots=True)
class Order:
    """Of two levels beside each other: who has the graver is never to be seen later."""

    graver: Said
    lesser: Said


def faults(rules: UrgencyRules) -> dict[Said | Order | str, str]:
    """What is wrong, a sentence for each level, for two that are not in order, and for `again_hours` and `source`."""
    found: dict[Said | Order | str, str] = {}
    for level, within in rules.within.items():
        if within.hours < 1:
            found[level] = f"{LEVELS[level]}: at least 1 hour. Nobody can be seen in no time."
        elif within.longest > LONGEST:
            found[level] = f"{LEVELS[level]}: a year at most. Later than that is no deadline."
    orders: tuple[Sequence[Said], ...] = (GRAVEST_FIRST, SOONEST_FIRST)
    for order in orders:
        for graver, lesser in pairwise(order):
            if lesser not in found and not rules.within[graver].never_later_than(rules.within[lesser]):
                found[Order(graver, lesser)] = f"{LEVELS[lesser]}: not sooner than “{LEVELS[graver]}”, which is graver."
    if not 1 <= rules.again_hours <= MOST_AGAIN:
        found["again_hours"] = f"Said again: every 1 to {MOST_AGAIN} hours."
    if not rules.source.strip():
        found["source"] = "Source: write where these numbers come from, or that there is none."
    elif len(rules.source) > LONGEST_SOURCE:
        found["source"] = f"Source: at most {LONGEST_SOURCE} characters; these are {len(rules.source)}."
    return found


def _within(said: Mapping[str, Any]) -> Within:
    if unknown := said.keys() - {"hours", "counted"}:
        raise ValueError(f"{min(unknown)} is nothing that this release knows")
    return Within(_whole(said["hours"]), Counted(said["counted"]))


def _written(within: Within) -> dict[str, Any]:
    return {"hours": within.hours, "counted": within.counted.value}


def _whole(said: object) -> int:
    if type(said) is not int:
        raise ValueError(f"hours are a whole number, not {said!r}")
    return said
