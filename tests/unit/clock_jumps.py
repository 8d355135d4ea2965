"""Every night from 2024 to 2030 on which a clock jumps, in every zone that has such nights."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
STEP = timedelta(days=3)
"""No clock jumps there and back within it: a month of Ramadan lies between, at least."""


@dataclass(frozen=True, slots=True)
class Jump:
    """At this instant the clock of the zone jumps by so much: forwards, or back."""

    zone: str
    at: datetime
    by: timedelta

    def around(self) -> Iterator[datetime]:
        """Instants on both sides, a quarter of an hour apart, so far that both readings of a repeated hour are among them."""
        quarters = abs(self.by) // timedelta(minutes=15) + 4
        for n in range(-quarters, quarters + 1):
            yield self.at + n * timedelta(minutes=15)

    def __str__(self) -> str:
        return f"{self.zone} {self.at:%Y-%m-%dT%H:%MZ} {self.by}"


@cache
def every_jump() -> tuple[Jump, ...]:
    """Of each zone by its own name, also where two names are one zone."""
    return tuple(jump for zone in sorted(available_timezones()) for jump in _jumps_of(zone))


@cache
def different_jumps() -> tuple[Jump, ...]:
    """One zone of those whose clocks jump alike all these years."""
    alike = {tuple((jump.at, jump.by) for jump in _jumps_of(zone)): zone for zone in sorted(available_timezones())}
    return tuple(jump for zone in sorted(alike.values()) for jump in _jumps_of(zone))


@cache
def _jumps_of(zone: str) -> tuple[Jump, ...]:
    tz, day, found = ZoneInfo(zone), FIRST, []
    while day < LAST:
        before, after = day, day + STEP
        if _offset(before, tz) != _offset(after, tz):
            while after - before > timedelta(minutes=1):
                middle = before + (after - before) // 2
                middle = middle.replace(second=0, microsecond=0)
                if middle == before:
                    break
                before, after = (middle, after) if _offset(middle, tz) == _offset(day, tz) else (before, middle)
            found.append(Jump(zone, after, _offset(after, tz) - _offset(before, tz)))
        day += STEP
    return tuple(found)


def _offset(at: datetime, tz: ZoneInfo) -> timedelta:
    offset = at.astimezone(tz).utcoffset()
    assert offset is not None
    return offset
