"""When a clinic is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.scheduling.domain.interval import Interval, merged, without
from services.scheduling.domain.wall_clock import day_of, spread, steady_stretches

MIDNIGHT = time()
"""As an end it is that of the day, 24:00, which no `time` can be: here, in what is stored, and in the history."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One stretch of one weekday, by the clinic's wall clock, until `MIDNIGHT` at the latest. `weekday` is ISO: Monday is 1."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Closure:
    """The whole clinic is closed, whatever its hours say: a holiday, or an afternoon without power. `begins` and `ends`
    are what its wall clock shows; a whole day lasts until the next midnight."""

    begins: datetime
    ends: datetime
    name: str

    def during(self, zone: str) -> Interval | None:
        """None when the clock skips all of it."""
        return spread(self.begins, self.ends, zone)

    def touches(self, day: date) -> bool:
        return self.begins.date() <= day <= self.ends.date()


def open_intervals(
    hours: Iterable[OpeningHours], zone: str, day: date, closures: Iterable[Closure] = ()
) -> list[Interval]:
    """When the clinic is open on a local day, in UTC and in order.

    It is open at an instant when its wall clock then shows a time from `opens` until `closes`: so a skipped hour
    shortens the day, and an hour that comes twice is open twice. What a closure covers is taken away.
    """
    shown = [(one.opens, one.closes) for one in hours if one.weekday == day.isoweekday()]
    closed = [during for one in closures if one.touches(day) and (during := one.during(zone))]
    return without(while_clock_shows(shown, zone, day), closed)


def open_over(
    hours: Iterable[OpeningHours], zone: str, over: Interval, closures: Iterable[Closure] = ()
) -> list[Interval]:
    """When the clinic is open on the local days of a stretch: what ends at midnight and goes on then is one."""
    day, last = day_of(over.start, zone), day_of(over.end, zone)
    hours, closures = tuple(hours), tuple(closures)
    found: list[Interval] = []
    while day <= last:
        found += open_intervals(hours, zone, day, closures)
        day += _DAY
    return merged(found)


def ends_after(ends: time, at: time) -> bool:
    """Whether hours with this end last beyond a time of their day."""
    return ends == MIDNIGHT or ends > at


def while_clock_shows(shown: Iterable[tuple[time, time]], zone: str, day: date) -> list[Interval]:
    """The stretches of a local day in which the wall clock shows a time from the first until the second of any pair."""
    found: list[Interval] = []
    stretches = steady_stretches(day, zone)
    for begins, ends in shown:
        for steady, offset in stretches:
            begin = datetime.combine(day, begins, steady.start.tzinfo) - offset
            last = day + _DAY if ends == MIDNIGHT else day
            end = datetime.combine(last, ends, steady.start.tzinfo) - offset
            start, until = max(begin, steady.start), min(end, steady.end)
            if start < until:
                found.append(Interval(start, until))
    return merged(found)
