"""The time zones there are, by their IANA names."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """Read once in a process: the set is built by walking the zone files, which takes some 15 ms."""
    return frozenset(available_timezones())
