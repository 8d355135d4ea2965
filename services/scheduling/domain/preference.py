"""What is best, in one place. Times are looked at in this order, and whoever serves is chosen in this order:

1. the patient's preference: the most wishes met, unless they are at risk;
2. urgency: the earliest of those, and for somebody at risk the earliest of all;
3. even load: at that time, whoever has least work on that day;
4. little idle time: of those, the one whose last appointment ends, or next one begins, nearest to it;
5. and of equals the one that a hash of the patient names, so that people who book at the same moment do not all want the
   same one (`Wanted.could_be_asked`).
"""

from bisect import bisect_left
from datetime import date, datetime, timedelta
from uuid import UUID

from services.scheduling.domain.glance import Diaries
from services.scheduling.domain.interval import Busy, Interval
from services.scheduling.domain.wall_clock import whole_day
from services.scheduling.domain.wishes import unmet
from shared.events.values import Urgency, Wishes

COARSE = timedelta(hours=1)
"""Loads that differ by less are even."""
FAR = timedelta(hours=2)
"""A longer pause is not idle time but free time, and no worse the longer it is."""


def start_key(start: datetime, wishes: Wishes, urgency: Urgency, zone: str) -> tuple[int, datetime]:
    """Orders starts, the best first."""
    return (0 if urgency is Urgency.URGENT else unmet(wishes, start, zone)), start


class DaysWork:
    """What everybody has on one local day, as far as it was read."""

    def __init__(self, busy: Busy, day: date, zone: str) -> None:
        self._diaries = Diaries(busy)
        self._day = whole_day(day, zone)

    def key(self, id_: UUID, span: Interval) -> tuple[int, timedelta]:
        """Orders those who are free for `span`, the best first; equal ones stay in the order they have."""
        diary = self._diaries.of(id_)
        starts, ends = diary.starts, diary.ends
        load = timedelta()
        for at in range(bisect_left(ends, self._day.start), bisect_left(starts, self._day.end)):
            load += ends[at] - starts[at]
        after = bisect_left(starts, span.end)
        pauses = [starts[after] - span.end] if after < len(starts) else []
        if after:
            pauses.append(span.start - ends[after - 1])
        return load // COARSE, min([*pauses, FAR])
