"""How soon somebody must be seen, in plain words, and what differs between two versions."""

from services.scheduling.domain.daytime import SLEEPS, WAKES
from services.scheduling.domain.urgency_rules import (
    GRAVEST_FIRST,
    LEVELS,
    SOONEST_FIRST,
    Counted,
    UrgencyRules,
    Within,
)
from shared.versions.life import Difference

BY_DAY = f"by day, from {WAKES:%H:%M} to {SLEEPS:%H:%M}"
COUNTED = {Counted.ALL: "All, day and night", Counted.DAY: f"Only those {BY_DAY}"}
AGAIN, SOURCE = "When a deadline has passed", "Source"


def within_words(within: Within) -> str:
    """`24 hours, day and night`; `24 hours by day, from 08:00 to 21:00`."""
    hours = f"{within.hours} hour{'' if within.hours == 1 else 's'}"
    return f"{hours} {BY_DAY}" if within.counted is Counted.DAY else f"{hours}, day and night"


def again_words(rules: UrgencyRules) -> str:
    return (
        f"Said at once, and again every {rules.again_hours} hour{'' if rules.again_hours == 1 else 's'}, never at night"
    )


def risk_lines(rules: UrgencyRules) -> list[tuple[str, str]]:
    return [(LEVELS[level], within_words(rules.within[level])) for level in GRAVEST_FIRST]


def request_lines(rules: UrgencyRules) -> list[tuple[str, str]]:
    asked = [(LEVELS[urgency], within_words(rules.within[urgency])) for urgency in SOONEST_FIRST]
    return [*asked, ("Routine request", "No deadline: it waits its turn")]


def differences(before: UrgencyRules, after: UrgencyRules) -> tuple[Difference, ...]:
    was, is_ = _parts(before), _parts(after)
    return tuple(
        Difference(name, part, was[name, part], said) for (name, part), said in is_.items() if was[name, part] != said
    )


def _parts(rules: UrgencyRules) -> dict[tuple[str, str], str]:
    """Everything that a version says, by what it is called on the pages."""
    return {
        **{(name, "To be seen within"): said for name, said in [*risk_lines(rules), *request_lines(rules)]},
        (AGAIN, "Staff hear it"): again_words(rules),
        (SOURCE, "Where the numbers come from"): rules.source,
    }
