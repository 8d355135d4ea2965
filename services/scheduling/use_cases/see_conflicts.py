"""Where a day does not go as planned, for whoever has to arrange it anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.clinic import Clinic, Purpose, ResourceKind
from services.scheduling.domain.day_conflicts import Alike, Conflict, Placed, conflicts
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slots import Wanted, candidates, starts
from services.scheduling.store import appointments, bookings, clinics, day_times
from services.scheduling.use_cases.beside_others import beside_others
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class DaySeen:
    conflicts: tuple[Conflict, ...]
    placed: Mapping[UUID, Placed]

    def about(self, appointment_id: UUID) -> list[Conflict]:
        """Those that this one makes or suffers."""
        return [one for one in self.conflicts if appointment_id in (one.of, one.hits)]


async def see_conflicts(tx: Transaction, clinic_id: UUID, day: Interval) -> DaySeen:
    """As of now: an hour later there may be others, or none. What is proposed for whoever cannot begin can be had on that
    day."""
    placed = {one.id: one for one in await day_times.of_day(tx, clinic_id, day)}
    found = conflicts(placed.values(), tx.now)
    clinic = await clinics.find(tx, clinic_id) if found else None
    if clinic is not None:
        found = [
            replace(one, proposed=await _can_be_had(tx, clinic, placed[one.hits], one.proposed, day))
            if one.hits and one.proposed
            else one
            for one in conflicts(placed.values(), tx.now, _seats(clinic))
        ]
    return DaySeen(tuple(found), placed)


def _seats(clinic: Clinic) -> Alike:
    """The other seats of each nurse."""
    seats = clinic.of_kind(ResourceKind.NURSE_SEAT)
    return {
        seat.id: [
            other.id for other in seats if other.id != seat.id and seat.staff_id and other.staff_id == seat.staff_id
        ]
        for seat in seats
    }


async def _can_be_had(
    tx: Transaction, clinic: Clinic, hit: Placed, soonest: datetime, day: Interval
) -> datetime | None:
    """The first start from then on, that day, that staff could move it to."""
    hand = await appointments.find(tx, clinic.id, hit.id)
    kind = clinic.kind(hand.booking.purpose)
    first = max(soonest, tx.now)
    if kind is None or first >= day.end:
        return None
    prescriber = [one.id for one in clinic.of_kind(ResourceKind.CLINICIAN) if one.id in hit.taken]
    stays = prescriber[0] if prescriber and hand.booking.purpose is Purpose.SESSION else None
    wanted = await beside_others(tx, Wanted(kind, hit.patient_id, clinician=stays), besides=hit.id)
    window = Interval(first, day.end)
    busy = await bookings.busy(tx, clinic.id, window, hit.patient_id, besides=hit.id)
    free = candidates(clinic, wanted, starts(clinic, kind.length, window), busy)
    return next((one.during.start for one in free), None)
