"""Which of many free times a person is shown: few enough to read, and spread so that nobody is shown mornings only."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from services.scheduling.domain.slots import Candidate
from services.scheduling.domain.wall_clock import reads
from services.scheduling.domain.wishes import part_of_day

MOST = 18
MOST_A_PART = 3
"""Of one part of one day, such as a morning."""


def to_choose_from(found: Iterable[Candidate], zone: str, most: int = MOST) -> list[datetime]:
    """Starts in order of time, chosen from the best first. None overlaps another, as nobody is to be pushed into the
    middle of what would have been two appointments."""
    shown: list[Candidate] = []
    of_part: Counter[object] = Counter()
    for candidate in found:
        local = reads(candidate.during.start, zone)
        part = (local.date(), part_of_day(local.time()))
        if of_part[part] < MOST_A_PART and not any(candidate.during.overlaps(one.during) for one in shown):
            of_part[part] += 1
            shown.append(candidate)
            if len(shown) == most:
                break
    return sorted(one.during.start for one in shown)
