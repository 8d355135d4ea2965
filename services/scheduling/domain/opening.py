"""When a clinic is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from services.scheduling.domain.interval import Interval, merged, without
from services.scheduling.domain.wall_clock import spread, steady_stretches


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One stretch of one weekday, by the clinic's wall clock. `weekday` is ISO: Monday is 1."""

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


def while_clock_shows(shown: Iterable[tuple[time, time]], zone: str, day: date) -> list[Interval]:
    """The stretches of a local day in which the wall clock shows a time from the first until the second of any pair."""
    found: list[Interval] = []
    stretches = steady_stretches(day, zone)
    for begins, ends in shown:
        for steady, offset in stretches:
            begin = datetime.combine(day, begins, steady.start.tzinfo) - offset
            end = datetime.combine(day, ends, steady.start.tzinfo) - offset
            start, until = max(begin, steady.start), min(end, steady.end)
            if start < until:
                found.append(Interval(start, until))
    return merged(found)
