"""Times in calendar files (RFC 5545), so that every program reads the instant that was meant."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone


def in_zone(instant: datetime, zone: str) -> datetime:
    """Local time with its zone; UTC in the hour that happens twice, where local time would name the first of the two."""
    wall = instant.astimezone(ZoneInfo(zone))
    return instant.astimezone(UTC) if wall.fold else wall


def rules_of(zone: str, first: date, last: date) -> Timezone:
    """A zone's rules as a calendar file carries them, as far as these days need them."""
    return Timezone.from_tzinfo(ZoneInfo(zone), tzid=zone, first_date=first, last_date=last)


def reads_right(calendar: Calendar, instants: Iterable[datetime], zone: str) -> bool:
    """Whether a program that knows of the zone only what stands in the file reads these times right.

    The library leaves out some changes of zones that have more than two a year, such as Morocco's around Ramadan.
    """
    rules = [one.to_tz(lookup_tzid=False) for one in calendar.timezones]
    return all(
        wall.tzinfo is UTC or wall.replace(tzinfo=rule).astimezone(UTC) == wall.astimezone(UTC)
        for wall in (in_zone(at, zone) for at in instants)
        for rule in rules
    )
