"""How soon a consultation must be, as fields of a form, and back, with a sentence for every field that is wrong."""

from collections.abc import Iterable

from services.scheduling.domain.urgency_rules import (
    GRAVEST_FIRST,
    LEVELS,
    MOST_HOURS,
    SOONEST_FIRST,
    Counted,
    Order,
    Said,
    UrgencyRules,
    Within,
    faults,
)
from shared.events.risk import RiskLevel
from shared.events.values import Urgency
from shared.versions.seen import Mistakes

Typed = dict[str, str]
NAMES: dict[Said, str] = {level: f"{level.value}-hours" for level in (*GRAVEST_FIRST, *SOONEST_FIRST)}

NO_DEADLINE = ". Empty is no deadline, and somebody might be forgotten."


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


def read_urgency(form: Iterable[tuple[str, str]], before: UrgencyRules) -> UrgencyRules | Mistakes:
    """The draft as it was typed. `before` is what it says now: of two fields that do not fit each other the mistake stands
    beside the one that was changed."""
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
        before.version,
        {level: within(level) for level in GRAVEST_FIRST},
        {urgency: within(urgency) for urgency in SOONEST_FIRST},
        hours("again_hours", "Said again", ", such as 24."),
        typed.get("source", ""),
    )
    if not errors:
        errors = dict(_beside(where, sentence, rules, before) for where, sentence in faults(rules).items())
    return Mistakes(errors, typed) if errors else rules


def _beside(where: Said | Order | str, sentence: str, rules: UrgencyRules, before: UrgencyRules) -> tuple[str, str]:
    """The field, and what stands there."""
    if isinstance(where, RiskLevel | Urgency):
        return NAMES[where], sentence
    if not isinstance(where, Order):
        return where, sentence
    if (changed := _changed(where.lesser, rules, before)) is not None:
        return changed, sentence
    if (changed := _changed(where.graver, rules, before)) is not None:
        return changed, f"{LEVELS[where.graver]}: not later than “{LEVELS[where.lesser]}”, which is less grave."
    return NAMES[where.lesser], sentence


def _changed(level: Said, rules: UrgencyRules, before: UrgencyRules) -> str | None:
    now, then = rules.within[level], before.within[level]
    if now.hours != then.hours:
        return NAMES[level]
    return counted_name(level) if now.counted != then.counted else None
