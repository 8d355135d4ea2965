"""Dates and times as people type them, or as a browser's own fields send them: the clinic's wall clock, no zone."""

import re
from datetime import date, datetime, time
from typing import Annotated

from pydantic import BeforeValidator

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{1,2}:\d{2}", re.ASCII)


def read_date(typed: object) -> date:
    """Raises ValueError, in words that may be shown."""
    text = str(typed).strip()
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("Write a date that exists, as year-month-day, such as 2027-03-09.")
    if not EARLIEST <= day <= LATEST:
        raise ValueError("Write a date of this century or the next, such as 2027-03-09.")
    return day


def in_reach(instant: datetime) -> datetime:
    """The same instant, far enough from the ends of the calendar to be reckoned with. Raises ValueError."""
    if not EARLIEST <= instant.date() <= LATEST:
        raise ValueError("Choose one of the times that were offered.")
    return instant


def read_time(typed: object) -> time:
    """Raises ValueError, in words that may be shown."""
    text = str(typed).strip()
    try:
        at = time.fromisoformat(text.zfill(5)) if _TIME.fullmatch(text) else None
    except ValueError:
        at = None
    if at is None:
        raise ValueError("Write a time on the 24-hour clock, such as 14:30.")
    return at


def read_date_time(typed: object) -> datetime:
    """`2027-03-09T14:30`, or with a space between. Raises ValueError, in words that may be shown."""
    day, _, at = str(typed).strip().replace(" ", "T").partition("T")
    try:
        return datetime.combine(read_date(day), read_time(at))
    except ValueError:
        raise ValueError("Write a date and a time that exist, such as 2027-03-09 14:30.") from None


WallDate = Annotated[date, BeforeValidator(read_date)]
WallTime = Annotated[time, BeforeValidator(read_time)]
WallDateTime = Annotated[datetime, BeforeValidator(read_date_time)]
