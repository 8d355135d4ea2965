"""Who lost a race looks a little further, so that all who race do not meet again at the next time."""

import zlib
from collections.abc import Iterable
from uuid import UUID

from services.scheduling.domain.slots import Candidate

FURTHEST = 32


def pick(candidates: Iterable[Candidate], patient_id: UUID, losses: int) -> Candidate | None:
    """The first candidate; after n lost races one of the first 2ⁿ (at most FURTHEST) by a hash of the patient.

    Only times that follow each other without overlap count, as those who won the races take them: nobody is pushed into
    the middle of what would have been two appointments. None when there is no candidate.
    """
    turns: list[Candidate] = []
    for candidate in candidates:
        if not any(candidate.during.overlaps(earlier.during) for earlier in turns):
            turns.append(candidate)
        if len(turns) == min(2**losses, FURTHEST):
            break
    return turns[zlib.crc32(patient_id.bytes + bytes([losses % 256])) % len(turns)] if turns else None
