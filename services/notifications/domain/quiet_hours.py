"""When nobody is reminded of anything: not before 08:00 and not from 21:00 on, by the patient's own clock.

They hold for reminders, and for text messages once there are any. What somebody has just asked for, and what is news to
them, goes at once: whoever fills a form in at night wants the answer at night.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM = time(21)
QUIET_UNTIL = time(8)


def quiet_until(now: datetime, zone: str) -> datetime | None:
    """The end of the quiet hours that `now` lies in; None when it lies in none."""
    here = now.astimezone(ZoneInfo(zone))
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return None
    day = here.date() + timedelta(days=1) if here.time() >= QUIET_FROM else here.date()
    return datetime.combine(day, QUIET_UNTIL, here.tzinfo).astimezone(now.tzinfo)
