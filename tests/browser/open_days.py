"""Days on which the demo clinic is open, counted from today: whatever today is, the tests find one."""

from datetime import datetime, timedelta
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
