"""How many examples Hypothesis tries: few in the ordinary run, many where there is time (`--hypothesis-profile=long`)."""

from typing import Any

from hypothesis import settings

ORDINARY, LONG = "chairside", "long"
MORE = 25


def register_profiles() -> None:
    """How long an example takes says something about the machine, and nothing about the rule. What fails can be replayed
    by what it prints."""
    for profile, times in ((ORDINARY, 1), (LONG, MORE)):
        settings.register_profile(profile, deadline=None, print_blob=True, max_examples=100 * times)
    settings.load_profile(ORDINARY)


def examples(ordinary: int, **more: Any) -> settings:
    """So many in the ordinary run, MORE times as many in the long one."""
    times = MORE if settings.get_current_profile_name() == LONG else 1
    return settings(max_examples=ordinary * times, **more)


def the_same_examples(ordinary: int, **more: Any) -> settings:
    """The same ones each time in the ordinary run, so that nobody's change fails by another's luck; others in the long."""
    return examples(ordinary, derandomize=settings.get_current_profile_name() != LONG, **more)
