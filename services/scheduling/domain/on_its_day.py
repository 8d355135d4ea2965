"""Who is here, and what begins, is said on the day of the appointment: of any other day it is a slip, or a plan that nobody
brought up to date."""

from datetime import date, datetime, timedelta

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.wall_clock import day_of

ACROSS_MIDNIGHT = timedelta(hours=1)
"""Around the planned time another day is no other day: somebody comes early for ten past midnight, or it runs late."""


class NotItsDay(Exception):
    """`day` is the one it is planned for, by the clinic's clock; `over` when that has gone by."""

    def __init__(self, day: date, *, over: bool) -> None:
        named = f"{day:%A, %B} {day.day}"
        super().__init__(
            f"This visit was on {named}. Say what became of it: that it took place, or that the patient did not come."
            if over
            else f"This visit is on {named}. Move it to today first."
        )
        self.day = day
        self.over = over


def is_its_day(planned: Interval, zone: str, now: datetime) -> bool:
    """Early or late on the same day: what really happens is never refused for its hour."""
    same = day_of(now, zone) == day_of(planned.start, zone)
    return same or planned.start - ACROSS_MIDNIGHT <= now <= planned.end + ACROSS_MIDNIGHT


def must_be_its_day(planned: Interval, zone: str, now: datetime) -> None:
    """Raises NotItsDay."""
    if not is_its_day(planned, zone, now):
        raise NotItsDay(day_of(planned.start, zone), over=now > planned.start)
