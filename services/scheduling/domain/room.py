"""How many appointments of one kind could begin together."""

from datetime import datetime

from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.interval import Busy
from services.scheduling.domain.slots import Wanted, candidate_at


def room_at(clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy) -> int:
    """Each with people, a chair and seats of its own."""
    taken, found = dict(busy), 0
    while (candidate := candidate_at(clinic, wanted, start, taken)) is not None:
        for claim in candidate.claims:
            taken[claim.resource.id] = sorted([*taken.get(claim.resource.id, ()), claim.during])
        found += 1
    return found
