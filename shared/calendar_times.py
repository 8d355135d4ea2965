"""Times in calendar files (RFC 5545), so that every program reads the instant that was meant."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, vDDDLists


def in_zone(instant: datetime, zone: str) -> datetime:
    """Local time with its zone; UTC in the hour that happens twice, of which programs take local time for either."""
    wall = instant.astimezone(ZoneInfo(zone))
    twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    return instant.astimezone(UTC) if twice else wall


def rules_of(zone: str, first: date, last: date) -> Timezone:
    """A zone's rules as a calendar file carries them, as far as these days need them.

    Each change stands in a line of its own: there are programs that read the first of several in one line, and no other.
    """
    rules = Timezone.from_tzinfo(ZoneInfo(zone), tzid=zone, first_date=first, last_date=last)
    for part in rules.subcomponents:
        for change in part.pop("rdate", vDDDLists([])).dts:
            part.add("rdate", change.dt)
    return rules


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
