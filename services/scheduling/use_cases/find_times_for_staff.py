"""Which times staff, and programs of theirs, could give somebody: of any kind, without notice, and whoever waits."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.clinic import Clinic, Purpose, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import AHEAD
from services.scheduling.domain.slots import NO_WISHES, Wanted, best_first, candidates
from services.scheduling.store import bookings, clinics
from services.scheduling.use_cases.beside_others import beside_others
from services.scheduling.use_cases.find_free_times import NOBODY, FreeTimes
from services.scheduling.use_cases.hold_time import NoTimesToChoose
from shared.database import Transaction
from shared.events.values import Wishes


@dataclass(frozen=True, slots=True)
class Sought:
    """Starts from `first` until `last`. `clinician` (a resource) asks for one person instead of any, `chairs` for one of
    some."""

    clinic_id: UUID
    purpose: Purpose
    first: datetime
    last: datetime
    patient_id: UUID | None = None
    clinician: UUID | None = None
    wishes: Wishes = NO_WISHES
    chairs: frozenset[UUID] = frozenset()


async def find_times_for_staff(tx: Transaction, sought: Sought) -> FreeTimes:
    """What lies ahead and can still be booked, best first. Raises NoTimesToChoose where the clinic offers no such kind."""
    clinic = await clinics.find(tx, sought.clinic_id)
    kind = clinic.kind(sought.purpose) if clinic else None
    if clinic is None or kind is None:
        raise NoTimesToChoose("Nothing of this kind can be booked here.")
    first, last = max(sought.first, tx.now), min(sought.last, tx.now + AHEAD) + kind.length
    if first >= last:
        return FreeTimes(clinic, kind, iter(()))
    if sought.chairs:
        clinic = _with_chairs(clinic, sought.chairs)
    wanted = Wanted(kind, sought.patient_id or NOBODY, sought.wishes, sought.clinician)
    wanted = await beside_others(tx, wanted)
    window = Interval(first, last)
    busy = await bookings.taken(tx, clinic.id, window, sought.patient_id)
    return FreeTimes(clinic, kind, candidates(clinic, wanted, best_first(clinic, wanted, window), busy))


def _with_chairs(clinic: Clinic, chairs: frozenset[UUID]) -> Clinic:
    """As if it had these alone."""
    kept = (one for one in clinic.resources if one.kind is not ResourceKind.CHAIR or one.id in chairs)
    return replace(clinic, resources=tuple(kept))
