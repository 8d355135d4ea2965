"""Who is there, and when: rosters, and what takes a person or a chair away."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from services.scheduling.domain.interval import Interval, merged, without
from services.scheduling.domain.opening import while_clock_shows
from services.scheduling.domain.wall_clock import day_of, spread, whole_day

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of a weekly roster, by the clinic's wall clock. `weekday` is ISO: Monday is 1.

    Whoever has any shift is there during their shifts only, and so not at all when the last was valid until yesterday.
    Whoever has none is there whenever the clinic is open.
    """

    of: UUID
    """As `Resource.person`."""
    weekday: int
    begins: time
    ends: time
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day, itself included."""

    def falls_on(self, day: date) -> bool:
        return (
            self.weekday == day.isoweekday()
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody or something cannot be booked. `of` is a person, a single resource, or a room with all that stands in it;
    `begins` and `ends` are what the clinic's wall clock shows."""

    of: UUID
    begins: datetime
    ends: datetime


def away(shifts: tuple[Shift, ...], absences: tuple[Absence, ...], zone: str, over: Interval) -> tuple[Interval, ...]:
    """When one with this roster and these absences is not there, in order and apart: at least all that touches `over`."""
    if not shifts and not absences:
        return ()
    return _away(shifts, absences, zone, day_of(over.start, zone), day_of(over.end, zone))


@lru_cache(maxsize=4096)
def _away(
    shifts: tuple[Shift, ...], absences: tuple[Absence, ...], zone: str, first: date, last: date
) -> tuple[Interval, ...]:
    reach = Interval(whole_day(first - _DAY, zone).start, whole_day(last + _DAY, zone).end)
    off = [during for one in absences if (during := spread(one.begins, one.ends, zone)) and during.overlaps(reach)]
    return tuple(merged([*off, *(without([reach], _on_shift(shifts, zone, first, last)) if shifts else ())]))


def _on_shift(shifts: tuple[Shift, ...], zone: str, first: date, last: date) -> list[Interval]:
    found: list[Interval] = []
    day = first - 2 * _DAY
    while day <= last + 2 * _DAY:
        found += while_clock_shows(((one.begins, one.ends) for one in shifts if one.falls_on(day)), zone, day)
        day += _DAY
    return merged(found)
