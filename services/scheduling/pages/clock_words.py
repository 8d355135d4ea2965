"""What staff read of a clock that jumps: which night it is, and which of two times that look alike."""

from datetime import date, datetime
from itertools import pairwise

from services.scheduling.domain.wall_clock import instants_when_reads, reads, steady_stretches, whole_day
from shared.web.times import staff_time, zone_letters


def told_apart(at: datetime, zone: str) -> str:
    """`09:30`; in the hour that comes twice `01:30 MDT`."""
    twice = len(instants_when_reads(reads(at, zone), zone)) > 1
    return f"{staff_time(at, zone)} {zone_letters(at, zone)}" if twice else staff_time(at, zone)


def jump_in_words(day: date, zone: str) -> str:
    """One sentence on a day on which the clock is set; "" on all others."""
    today, stretches = whole_day(day, zone), steady_stretches(day, zone)
    for (before, was), (_, becomes) in pairwise(stretches):
        if today.start <= before.end < today.end:
            old, new = f"{before.end + was:%H:%M}", f"{before.end + becomes:%H:%M}"
            if becomes > was:
                return f"The clock is set forward, from {old} to {new}."
            return f"The clock is set back, from {old} to {new}: the times between come twice."
    return ""
