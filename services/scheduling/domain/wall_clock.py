"""Between instants and a clinic's wall clock, also on the two days a year when the clock jumps."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.scheduling.domain.interval import Interval

FURTHEST_OFFSET = timedelta(hours=15)
"""No zone is further from UTC."""
MOMENT = timedelta(microseconds=1)


def reads(instant: datetime, zone: str) -> datetime:
    """What the wall clock shows at an instant, without offset."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def instants_when_reads(shown: datetime, zone: str) -> list[datetime]:
    """The instants, in UTC and in order, at which the wall clock shows this time.

    One on ordinary days; none in the hour that is skipped in spring; two in the hour that comes twice in autumn.
    """
    found = {shown.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(instant for instant in found if reads(instant, zone) == shown)


def spread(begins: datetime, ends: datetime, zone: str) -> Interval | None:
    """From the first instant at which the wall clock shows `begins` or later, until after the last at which it shows less
    than `ends`.

    So what is meant by the clock covers both hours where one comes twice; None where nothing lies between, as when all of
    it is in the hour that is skipped.
    """
    start = _instants_of(begins, zone)[0]
    end = next(at for at in reversed(_instants_of(ends, zone)) if reads(at - MOMENT, zone) < ends)
    return Interval(start, end) if start < end else None


def _instants_of(shown: datetime, zone: str) -> list[datetime]:
    """Those at which the clock shows this; for a time that it skips, the jump."""
    if found := instants_when_reads(shown, zone):
        return found
    one, other = sorted(shown.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    return [steady.end for steady, _ in steady_stretches(shown.date(), zone) if one < steady.end <= other]


class Which(StrEnum):
    """Which of two instants is meant, where a clock shows both alike."""

    FIRST = "first"
    SECOND = "second"


def which_of(instant: datetime, zone: str) -> Which | None:
    """None on every day on which the clock shows this time once."""
    both = instants_when_reads(reads(instant, zone), zone)
    if len(both) < 2:
        return None
    return Which.FIRST if instant == both[0] else Which.SECOND


@lru_cache(maxsize=4096)
def steady_stretches(day: date, zone: str) -> tuple[tuple[Interval, timedelta], ...]:
    """A local day and its neighbourhood cut where the offset from UTC changes: each stretch with its offset.

    Covers every instant at which a wall clock of the zone can show this day.
    """
    midnight = datetime.combine(day, time(), UTC)
    start, end = midnight - FURTHEST_OFFSET, midnight + timedelta(days=1) + FURTHEST_OFFSET
    tz = ZoneInfo(zone)

    def offset(at: datetime) -> timedelta:
        found = at.astimezone(tz).utcoffset()
        assert found is not None
        return found

    stretches: list[tuple[Interval, timedelta]] = []
    at = start
    while at < end:
        until = _next_change(offset, at, end)
        stretches.append((Interval(at, until), offset(at)))
        at = until
    return tuple(stretches)


def _next_change(offset: Callable[[datetime], timedelta], start: datetime, end: datetime) -> datetime:
    """The first instant, to the minute, at which the offset differs from that at `start`; `end` when there is none."""
    before, step = start, timedelta(hours=3)
    while before < end:
        after = min(before + step, end)
        if offset(after) != offset(start):
            while after - before > timedelta(minutes=1):
                half = before + (after - before) // 2
                half = half.replace(second=0, microsecond=0)
                before, after = (half, after) if offset(half) == offset(start) else (before, half)
            return after
        before = after
    return end


def day_of(instant: datetime, zone: str) -> date:
    """The local day an instant belongs to."""
    return reads(instant, zone).date()


def whole_day(day: date, zone: str) -> Interval:
    """From the first instant of a local day to the first of the next: 23, 24 or 25 hours."""
    return Interval(_first_instant(day, zone), _first_instant(day + timedelta(days=1), zone))


def _first_instant(day: date, zone: str) -> datetime:
    """Midnight, the first of two; where it is skipped, the jump, for Python reads it by the offset before."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
