"""When a clinic is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from services.scheduling.domain.interval import Interval, merged
from services.scheduling.domain.wall_clock import steady_stretches


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One stretch of one weekday, by the clinic's wall clock. `weekday` is ISO: Monday is 1."""

    weekday: int
    opens: time
    closes: time


def open_intervals(hours: Iterable[OpeningHours], zone: str, day: date) -> list[Interval]:
    """When the clinic is open on a local day, in UTC and in order.

    It is open at an instant when its wall clock then shows a time from `opens` until `closes`: so a skipped hour
    shortens the day, and an hour that comes twice is open twice.
    """
    open_: list[Interval] = []
    stretches = steady_stretches(day, zone)
    for stretch in hours:
        if stretch.weekday != day.isoweekday():
            continue
        for steady, offset in stretches:
            opens = datetime.combine(day, stretch.opens, steady.start.tzinfo) - offset
            closes = datetime.combine(day, stretch.closes, steady.start.tzinfo) - offset
            start, end = max(opens, steady.start), min(closes, steady.end)
            if start < end:
                open_.append(Interval(start, end))
    return merged(open_)
