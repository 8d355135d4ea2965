"""How many examples Hypothesis tries: few in the ordinary run, many where there is time (`--hypothesis-profile=long`)."""

from typing import Any

from hypothesis import settings
from hypothesis.internal.conjecture import providers

ORDINARY, LONG = "chairside", "long"
MORE = 25


def register_profiles() -> None:
    """The ordinary run tries the same ones each time, so that nobody's change fails by another's luck; the long one others
    each time, and what fails there can be replayed by what it prints. How long an example takes says something about the
    machine, and nothing about the rule."""
    settings.register_profile(ORDINARY, deadline=None, print_blob=True, derandomize=True, max_examples=100)
    settings.register_profile(LONG, deadline=None, print_blob=True, max_examples=100 * MORE)
    settings.load_profile(ORDINARY)
    _take_no_constants_from_the_code()


def _take_no_constants_from_the_code() -> None:
    """Hypothesis also tries what it reads in the modules that are loaded: a sentence that is changed anywhere, and which
    tests ran before in the same process, would change the examples of all. The long run does so, too, by its own choice."""
    read, none = providers._get_local_constants, providers._local_constants
    providers._get_local_constants = lambda: read() if settings.get_current_profile_name() == LONG else none


def examples(ordinary: int, **more: Any) -> settings:
    """So many in the ordinary run, MORE times as many in the long one."""
    times = MORE if settings.get_current_profile_name() == LONG else 1
    return settings(max_examples=ordinary * times, **more)
