"""Where a day does not go as planned, for whoever has to arrange it anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.clinic import Clinic, Purpose, ResourceKind
from services.scheduling.domain.day_conflicts import Alike, Conflict, Placed, conflicts, taken_beyond_plan
from services.scheduling.domain.interval import Busy, Interval, merged
from services.scheduling.domain.slots import Wanted, candidates, starts
from services.scheduling.domain.wall_clock import day_of, whole_day
from services.scheduling.store import bookings, clinics, day_times
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class DaySeen:
    conflicts: tuple[Conflict, ...]
    placed: Mapping[UUID, Placed]

    def about(self, appointment_id: UUID) -> list[Conflict]:
        """Those that this one makes or suffers."""
        return [one for one in self.conflicts if appointment_id in (one.of, one.hits)]


async def see_conflicts(tx: Transaction, clinic_id: UUID, day: Interval) -> DaySeen:
    """As of now: an hour later there may be others, or none. What is proposed for whoever cannot begin can be had on their
    day."""
    placed = {one.id: one for one in await day_times.of_day(tx, clinic_id, day)}
    found = [one for one in conflicts(placed.values(), tx.now) if _is_of(day, placed[one.hits or one.of])]
    clinic = await clinics.find(tx, clinic_id) if any(one.hits for one in found) else None
    if clinic is None:
        return DaySeen(tuple(found), placed)
    busy = (
        await bookings.busy(tx, clinic_id, Interval(max(day.start, tx.now), day.end), None) if tx.now < day.end else {}
    )
    return DaySeen(
        tuple(
            _with_what_can_be_had(clinic, one, placed, busy, tx.now) if one.hits else one
            for one in conflicts(placed.values(), tx.now, _seats(clinic))
            if _is_of(day, placed[one.hits or one.of])
        ),
        placed,
    )


def _is_of(day: Interval, one: Placed) -> bool:
    return day.start <= one.planned.start < day.end


def _seats(clinic: Clinic) -> Alike:
    """The other seats of each nurse."""
    seats = clinic.of_kind(ResourceKind.NURSE_SEAT)
    return {
        seat.id: [
            other.id for other in seats if other.id != seat.id and seat.staff_id and other.staff_id == seat.staff_id
        ]
        for seat in seats
    }


def _with_what_can_be_had(
    clinic: Clinic, one: Conflict, placed: Mapping[UUID, Placed], busy: Busy, now: datetime
) -> Conflict:
    """In time, with another chair; else the first start from when it would do, on that day, that staff could move it to.
    Whoever presses it is judged anew."""
    hit = placed[one.hits or one.of]
    kind = clinic.kind(hit.purpose)
    day = whole_day(day_of(hit.planned.start, clinic.zone), clinic.zone)
    if kind is None or now >= day.end:
        return replace(one, proposed=None)
    longer = taken_beyond_plan(placed.values(), now)
    others = [each.planned for each in placed.values() if each.patient_id == hit.patient_id and each.id != hit.id]
    without_it = {
        id_: merged([*(each for each in busy.get(id_, ()) if not taken.contains(each)), *longer.get(id_, ())])
        for id_, taken in hit.taken.items()
    }
    without_it[hit.patient_id] = merged([*others, *longer.get(hit.patient_id, ())])
    prescriber = next((each.id for each in clinic.of_kind(ResourceKind.CLINICIAN) if each.id in hit.taken), None)
    wanted = Wanted(kind, hit.patient_id, clinician=prescriber if kind.purpose is Purpose.SESSION else None)
    later = [at for at in starts(clinic, kind.length, Interval(now, day.end)) if one.proposed and at >= one.proposed]
    in_time = [hit.planned.start] if hit.planned.start > now else []
    free = next(candidates(clinic, wanted, [*in_time, *later], {**busy, **without_it}), None)
    if free is None:
        return replace(one, proposed=None)
    chair = free.resource(ResourceKind.CHAIR) if free.during.start == hit.planned.start else None
    return replace(one, proposed=free.during.start, proposed_chair=chair.id if chair else None)
