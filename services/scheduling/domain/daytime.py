"""Daytime, by the clinic's wall clock: the hours in which people are expected to read, answer and act."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours, open_intervals
from services.scheduling.domain.wall_clock import day_of

WAKES, SLEEPS = time(8), time(21)
LENGTH = timedelta(hours=SLEEPS.hour - WAKES.hour)
"""Of every day: no clock jumps by day."""
NIGHT = timedelta(days=1) - LENGTH
_ONE_DAY = timedelta(days=1)


def daytime(day: date, zone: str) -> Sequence[Interval]:
    return open_intervals((OpeningHours(day.isoweekday(), WAKES, SLEEPS),), zone, day)


def after_daytime(at: datetime, length: timedelta, zone: str) -> datetime:
    """When that much of daytime has passed since `at`."""
    day, left = day_of(at, zone), length
    while True:
        for hours in daytime(day, zone):
            begin = max(at, hours.start)
            if begin + left <= hours.end:
                return begin + left
            left -= max(hours.end - begin, timedelta())
        day += _ONE_DAY


def by_day(at: datetime, zone: str) -> datetime:
    """`at` itself by day; in the night the next morning."""
    return after_daytime(at, timedelta(), zone)
