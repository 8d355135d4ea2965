"""Days on which the demo clinic is open, counted from today: whatever today is, the tests find one."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Denver")
FIRST_CLOSED = 5
"""Saturday, as `datetime.weekday` counts."""


def open_day(now: datetime, count: int, hour: int) -> datetime:
    """The full hour at the clinic on the open day `count` open days after today; before it when negative."""
    day = now.astimezone(ZONE).replace(hour=hour, minute=0, second=0, microsecond=0)
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= day.weekday() < FIRST_CLOSED
    return day


def clock_set_back(now: datetime) -> date:
    """The next day on which the clinic's clock shows half past one twice."""
    day = now.astimezone(ZONE).date()
    while True:
        day += timedelta(days=1)
        first, second = (datetime.combine(day, time(1, 30, fold=fold), ZONE).utcoffset() for fold in (0, 1))
        # In spring half past one is not touched: the clock jumps from two to three.
        if first != second:
            return day
