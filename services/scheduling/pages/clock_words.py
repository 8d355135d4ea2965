"""What staff read of a clock that jumps on a night."""

from datetime import date
from itertools import pairwise

from services.scheduling.domain.wall_clock import steady_stretches, whole_day


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
