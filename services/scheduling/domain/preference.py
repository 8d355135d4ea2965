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
        self._busy = busy
        self._day = whole_day(day, zone)

    def key(self, id_: UUID, span: Interval) -> tuple[int, timedelta]:
        """Orders those who are free for `span`, the best first; equal ones stay in the order they have."""
        booked = self._busy.get(id_, ())
        load = timedelta()
        for at in range(bisect_left(booked, self._day.start, key=lambda one: one.end), len(booked)):
            if booked[at].start >= self._day.end:
                break
            load += booked[at].length
        after = bisect_left(booked, span.end, key=lambda one: one.start)
        pauses = [booked[after].start - span.end] if after < len(booked) else []
        if after:
            pauses.append(span.start - booked[after - 1].end)
        return load // COARSE, min([*pauses, FAR])
