"""Which times a patient who is asking could have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, Clinic
from services.scheduling.domain.hold import Hold
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slots import Candidate, Wanted, best_first, bookable_without_staff, candidates
from services.scheduling.store import bookings
from services.scheduling.use_cases.hold_time import times_to_choose
from shared.database import Transaction
from shared.events.values import Wishes

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """`found` goes through them best first, one by one."""

    clinic: Clinic
    kind: AppointmentKind
    found: Iterator[Candidate]


async def find_free_times(
    tx: Transaction,
    clinic_id: UUID,
    wishes: Wishes,
    *,
    earliest: datetime | None = None,
    latest: datetime | None = None,
    hold: Hold | None = None,
    clinician: UUID | None = None,
) -> FreeTimes:
    """Those that start between, as far as the clinic gives times without staff. The time that `hold` keeps counts as
    free: it is theirs. Raises NoTimesToChoose."""
    clinic, kind = await times_to_choose(tx, clinic_id)
    wanted = Wanted(kind, hold.patient_id if hold else NOBODY, wishes, clinician)
    reach = bookable_without_staff(clinic, tx.now)
    first = max(reach.start, earliest) if earliest else reach.start
    last = min(reach.end, latest + kind.length) if latest else reach.end
    if first >= last:
        return FreeTimes(clinic, kind, iter(()))
    window = Interval(first, last)
    busy = await bookings.taken(
        tx, clinic_id, window, hold.patient_id if hold else None, besides=hold.appointment_id if hold else None
    )
    return FreeTimes(clinic, kind, candidates(clinic, wanted, best_first(clinic, wanted, window), busy))
