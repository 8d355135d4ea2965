"""Who lost a race looks a little further, so that all who race do not meet again at the next time."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.slots import Candidate

FURTHEST = 32

Find = Callable[[Iterable[datetime]], Iterable[Candidate]]
"""Those of these starts that can be given, in the same order, each looked at when it is asked for."""


def pick(find: Find, starts: Iterable[datetime], patient_id: UUID, losses: int) -> Candidate | None:
    """The first time that can be had; after n lost races one of the first 2ⁿ (at most FURTHEST) by a hash of the patient.

    Only times that follow each other without overlap count, as those who won the races take them: nobody is pushed into
    the middle of what would have been two appointments. None when none can be had.
    """
    turns: list[Candidate] = []

    def apart() -> Iterator[datetime]:
        for start in starts:
            if not any(turn.during.start - turn.during.length < start < turn.during.end for turn in turns):
                yield start

    for turn in find(apart()):
        turns.append(turn)
        if len(turns) == min(2**losses, FURTHEST):
            break
    return turns[zlib.crc32(patient_id.bytes + bytes([losses % 256])) % len(turns)] if turns else None
