"""How soon a consultation must be, as fields of a form, and back, with a sentence for every field that is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.scheduling.domain.urgency_rules import (
    GRAVEST_FIRST,
    LEVELS,
    MOST_HOURS,
    SOONEST_FIRST,
    Counted,
    Said,
    UrgencyRules,
    Within,
    faults,
)
from shared.events.risk import RiskLevel
from shared.events.values import Urgency

Typed = dict[str, str]
NAMES: dict[Said, str] = {level: f"{level.value}-hours" for level in (*GRAVEST_FIRST, *SOONEST_FIRST)}

NO_DEADLINE = ". Empty is no deadline, and somebody might be forgotten."


@dataclass(frozen=True, slots=True)
class UrgencyErrors:
    errors: dict[str, str]
    typed: Typed


def counted_name(level: Said) -> str:
    return f"{level.value}-counted"


def typed_of(rules: UrgencyRules) -> Typed:
    """What the form shows of the rules as they are."""
    return {
        **{NAMES[level]: str(within.hours) for level, within in rules.within.items()},
        **{counted_name(level): within.counted.value for level, within in rules.within.items()},
        "again_hours": str(rules.again_hours),
        "source": rules.source,
    }


def read_urgency(form: Iterable[tuple[str, str]], version: int) -> UrgencyRules | UrgencyErrors:
    typed = {name: " ".join(value.split()) for name, value in form}
    errors: dict[str, str] = {}

    def hours(field: str, what: str, empty: str) -> int:
        said = typed.get(field, "")
        if not said:
            errors[field] = f"{what}: write a number of hours{empty}"
        elif said.removeprefix("-").isdecimal() and said.isascii() and len(said) <= len(str(MOST_HOURS)) + 2:
            return int(said)
        else:
            errors[field] = f"{what}: write a whole number of hours, such as 24."
        return 1

    def within(level: Said) -> Within:
        counted = typed.get(counted_name(level), "")
        if counted not in set(Counted):
            errors[counted_name(level)] = f"{LEVELS[level]}: choose which hours count."
            counted = Counted.ALL
        return Within(hours(NAMES[level], LEVELS[level], NO_DEADLINE), Counted(counted))

    rules = UrgencyRules(
        version,
        {level: within(level) for level in GRAVEST_FIRST},
        {urgency: within(urgency) for urgency in SOONEST_FIRST},
        hours("again_hours", "Said again", ", such as 24."),
        typed.get("source", ""),
    )
    if not errors:
        errors = {_field(where): sentence for where, sentence in faults(rules).items()}
    return UrgencyErrors(errors, typed) if errors else rules


def _field(where: Said | str) -> str:
    return NAMES[where] if isinstance(where, RiskLevel | Urgency) else where
