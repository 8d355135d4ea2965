"""Where a day's plan cannot hold any more, because somebody came early, or something lasts longer than planned.

The plan is protected by the database and never collides. What really happens is only written down, is never refused, and
is compared with the plan here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Busy, Interval, merged

SLACK = timedelta(minutes=5)
"""Nobody moves an appointment for less."""
EARLY = timedelta(minutes=15)
"""Whoever comes sooner than this before their time may be seen sooner."""
GRID = timedelta(minutes=15)
_HERE = frozenset({AppointmentState.ARRIVED, AppointmentState.IN_PROGRESS})
_AHEAD = frozenset({AppointmentState.BOOKED, AppointmentState.ARRIVED})


@dataclass(frozen=True, slots=True)
class Placed:
    """One appointment of the day: its plan, what really happened, and until when it takes which resources."""

    id: UUID
    patient_id: UUID
    purpose: Purpose
    state: AppointmentState
    planned: Interval
    taken: Mapping[UUID, Interval]
    """By resource, as planned; and under the patient's id the whole."""
    arrived_at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None

    def lasts_until(self, now: datetime) -> datetime:
        """When it is over, as far as can be told now. What begins late ends late."""
        if self.ended_at is not None:
            return self.ended_at
        if self.state is AppointmentState.IN_PROGRESS:
            began = self.began_at or self.planned.start
            return max(now + SLACK, began + self.planned.length)  # nobody gets up at this very moment
        if self.state is AppointmentState.ARRIVED and now > self.planned.start:
            return now + self.planned.length
        return self.planned.end

    def late_by(self, now: datetime) -> timedelta:
        return self.lasts_until(now) - self.planned.end

    def beyond_plan(self, taken: Interval, now: datetime) -> Interval | None:
        """When it really has what was planned for it then, where that is not within the plan but for a few minutes. What was to
        begin with a later part begins as much later as the whole."""
        late, begins = self.late_by(now), (self.began_at or self.planned.start) - self.planned.start
        if begins < -SLACK:
            return Interval(taken.start + begins, taken.end + late)
        return Interval(max(taken.end, taken.start + begins), taken.end + late) if late > SLACK else None


def taken_beyond_plan(day: Iterable[Placed], now: datetime) -> Busy:
    """What goes on takes longer than was booked for it, or began sooner: nobody else can have that either. A patient who is
    being seen is nowhere else, also within the plan."""
    found: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for one in day:
        if one.state is not AppointmentState.IN_PROGRESS:
            continue
        found[one.patient_id].append(one.planned)
        for id_, taken in one.taken.items():
            if (beyond := one.beyond_plan(taken, now)) is not None:
                found[id_].append(beyond)
    return {id_: merged(intervals) for id_, intervals in found.items()}


class ConflictKind(StrEnum):
    OVERRUN = "overrun"
    """It still takes what the other needs, or will when the other begins."""
    EARLY = "early"
    """The patient is here well before their time, and could be seen."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """`of` is what does not keep to the plan, `hits` the one that cannot begin for it, and `until` is by how much.

    `proposed` is the start that would do: for an overrun of the one that is hit, for an early arrival of the one that has
    arrived. None where that day has none any more. `resource_id` may be the patient of both.
    """

    kind: ConflictKind
    of: UUID
    hits: UUID | None
    resource_id: UUID | None
    until: datetime
    proposed: datetime | None
    proposed_chair: UUID | None = None
    """For whoever can begin in time in another one."""


Alike = Mapping[UUID, Collection[UUID]]
"""By resource, others that serve just as well: the seats of one nurse."""


def conflicts(day: Iterable[Placed], now: datetime, alike: Alike = MappingProxyType({})) -> list[Conflict]:
    """In order of time. One for each pair, by the resource that is free last; none where one that is `alike` is free."""
    placed = sorted((one for one in day), key=lambda one: (one.planned.start, one.id))
    instead: dict[UUID, UUID] = {}
    found = [conflict for one in placed for conflict in _overruns(one, placed, now, alike, instead)]
    found += [conflict for one in placed if (conflict := _early(one, placed, now))]
    return sorted(found, key=lambda conflict: (conflict.until, conflict.of, str(conflict.hits)))


def _overruns(
    one: Placed, placed: Sequence[Placed], now: datetime, alike: Alike, instead: dict[UUID, UUID]
) -> Iterable[Conflict]:
    """`instead` keeps who has got which other seat: one seat serves one."""
    if one.state not in _HERE and one.ended_at is None:
        return
    really = {id_: beyond for id_, taken in one.taken.items() if (beyond := one.beyond_plan(taken, now)) is not None}
    for other in placed:
        if other.id == one.id or other.state not in _AHEAD:
            continue
        clashes = [
            (beyond.end, resource_id, beyond.end - other.taken[resource_id].start)
            for resource_id, beyond in really.items()
            if resource_id in other.taken
            and beyond.overlaps(other.taken[resource_id])
            and not _finds_another(other, resource_id, alike, placed, now, instead)
        ]
        if not clashes:
            continue
        until, resource_id, by = max(clashes, key=lambda clash: (clash[2], clash[1]))
        if by > SLACK and (one.ended_at is None or now < until):
            proposed = _on_grid(other.planned.start + by, other.planned.start)
            yield Conflict(ConflictKind.OVERRUN, one.id, other.id, resource_id, until, proposed)


def _finds_another(
    whose: Placed,
    resource_id: UUID,
    alike: Alike,
    placed: Sequence[Placed],
    now: datetime,
    instead: dict[UUID, UUID],
) -> bool:
    for seat in alike.get(resource_id, ()):
        if instead.get(seat, whose.id) == whose.id and _is_free(seat, whose, resource_id, placed, now):
            instead[seat] = whose.id
            return True
    return False


def _is_free(seat: UUID, whose: Placed, resource_id: UUID, placed: Sequence[Placed], now: datetime) -> bool:
    """Of everybody else, as planned and as it really goes, for as long as `whose` needs such a one."""
    needed = whose.taken[resource_id]
    return not any(
        stretch is not None and stretch.overlaps(needed)
        for other in placed
        if other.id != whose.id and (taken := other.taken.get(seat)) is not None
        for stretch in (taken, other.beyond_plan(taken, now))
    )


def _early(one: Placed, placed: Sequence[Placed], now: datetime) -> Conflict | None:
    """Only where everything it needs is free from now on."""
    if one.state is not AppointmentState.ARRIVED or one.planned.start - now <= EARLY:
        return None
    earlier = _on_grid(now, one.planned.start)
    by = one.planned.start - earlier
    if by < EARLY:
        return None
    for other in placed:
        if other.id == one.id or other.state in {AppointmentState.CANCELLED, AppointmentState.MISSED}:
            continue
        for resource_id, wanted in one.taken.items():
            taken = other.taken.get(resource_id)
            if taken is None or taken.start >= wanted.start:
                continue
            end = taken.end + other.late_by(now)
            if end > wanted.start - by:
                return None
    return Conflict(ConflictKind.EARLY, one.id, None, None, one.planned.start, earlier)


def _on_grid(at: datetime, start: datetime) -> datetime:
    """Not before `at`, and whole quarters of an hour from the start that was planned."""
    return start + -((start - at) // GRID) * GRID
