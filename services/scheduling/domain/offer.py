"""Which of many free times a person is shown: few enough to read, and spread so that nobody is shown mornings only."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slots import Candidate
from services.scheduling.domain.wall_clock import reads
from services.scheduling.domain.wishes import part_of_day

MOST = 12
MOST_A_PART = 2
"""Of one part of one day, such as a morning."""


def to_choose_from(found: Iterable[Candidate], zone: str, chosen: Interval | None = None) -> list[datetime]:
    """Starts in order of time, taken from the best first; `chosen` is always among them.

    None overlaps another, as nobody is to be pushed into the middle of what would have been two appointments.
    """
    shown = [chosen] if chosen else []
    of_part: Counter[object] = Counter()
    for candidate in found:
        local = reads(candidate.during.start, zone)
        part = (local.date(), part_of_day(local.time()))
        if of_part[part] < MOST_A_PART and not any(candidate.during.overlaps(one) for one in shown):
            of_part[part] += 1
            shown.append(candidate.during)
            if len(shown) == MOST:
                break
    return sorted(one.start for one in shown)
