"""What a patient would like. A wish puts times in order; it never excludes one."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from services.scheduling.domain.wall_clock import reads
from shared.events.values import DayPart, Weekday, Wishes

AFTERNOON, EVENING = time(12), time(17)
_WEEKDAYS = tuple(Weekday)


def part_of_day(at: time) -> DayPart:
    if at < AFTERNOON:
        return DayPart.MORNING
    return DayPart.AFTERNOON if at < EVENING else DayPart.EVENING


def unmet(wishes: Wishes, start: datetime, zone: str) -> int:
    """How many of the named wishes a start at this instant leaves unmet: 0 is best."""
    shown = reads(start, zone)
    return (
        (bool(wishes.weekdays) and _WEEKDAYS[shown.weekday()] not in wishes.weekdays)
        + (bool(wishes.day_parts) and part_of_day(shown.time()) not in wishes.day_parts)
        + _too_early(wishes.not_before, start, zone)
    )


def _too_early(not_before: datetime | None, start: datetime, zone: str) -> bool:
    if not_before is None:
        return False
    # Without an offset it was meant by the clinic's wall clock.
    earliest = not_before if not_before.tzinfo else not_before.replace(tzinfo=ZoneInfo(zone))
    return start < earliest
