"""Where a day does not go as planned, for whoever has to arrange it anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
            await _with_what_can_be_had(tx, clinic, one, placed[one.hits], day) if one.hits else one
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


async def _with_what_can_be_had(tx: Transaction, clinic: Clinic, one: Conflict, hit: Placed, day: Interval) -> Conflict:
    """In time, with another chair; else the first start from when it would do, that day, that staff could move it to."""
    appointment = await appointments.find(tx, clinic.id, hit.id)
    kind = clinic.kind(appointment.booking.purpose)
    if kind is None or tx.now >= day.end:
        return replace(one, proposed=None)
    prescriber = [each.id for each in clinic.of_kind(ResourceKind.CLINICIAN) if each.id in hit.taken]
    stays = prescriber[0] if prescriber and kind.purpose is Purpose.SESSION else None
    wanted = await beside_others(tx, Wanted(kind, hit.patient_id, clinician=stays), besides=hit.id)
    window = Interval(tx.now, max(day.end, hit.planned.end))
    busy = await bookings.busy(tx, clinic.id, window, hit.patient_id, besides=hit.id)
    later = (at for at in starts(clinic, kind.length, window) if one.proposed and at >= one.proposed)
    in_time = [hit.planned.start] if hit.planned.start > tx.now else []
    free = next(candidates(clinic, wanted, [*in_time, *later], busy), None)
    if free is None:
        return replace(one, proposed=None)
    chair = free.resource(ResourceKind.CHAIR) if free.during.start == hit.planned.start else None
    return replace(one, proposed=free.during.start, proposed_chair=chair.id if chair else None)
