"""Where a day's plan cannot hold any more, because somebody came early, or something lasts longer than planned.

The plan is protected by the database and never collides. What really happens is only written down, is never refused, and
is compared with the plan here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.interval import Interval

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
    state: AppointmentState
    planned: Interval
    taken: Mapping[UUID, Interval]
    """By resource, as planned."""
    arrived_at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None

    def lasts_until(self, now: datetime) -> datetime:
        """When it is over, as far as can be told now. What begins late ends late."""
        if self.ended_at is not None:
            return self.ended_at
        if self.state is AppointmentState.IN_PROGRESS:
            began = self.began_at or self.planned.start
            return max(now, began + self.planned.length)
        if self.state is AppointmentState.ARRIVED and now > self.planned.start:
            return now + self.planned.length
        return self.planned.end


class ConflictKind(StrEnum):
    OVERRUN = "overrun"
    """It still takes what the other needs, or will when the other begins."""
    EARLY = "early"
    """The patient is here well before their time, and could be seen."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """`of` is what does not keep to the plan, `hits` the later one that cannot begin, and `until` is by how much.

    `proposed` is the start that would do: for an overrun of the one that is hit, for an early arrival of the one that has
    arrived.
    """

    kind: ConflictKind
    of: UUID
    hits: UUID | None
    resource_id: UUID | None
    until: datetime
    proposed: datetime


def conflicts(day: Iterable[Placed], now: datetime) -> list[Conflict]:
    """In order of time. One for each pair, by the resource that is free last."""
    placed = sorted((one for one in day), key=lambda one: (one.planned.start, one.id))
    found = [conflict for one in placed for conflict in _overruns(one, placed, now)]
    found += [conflict for one in placed if (conflict := _early(one, placed, now))]
    return sorted(found, key=lambda conflict: (conflict.until, conflict.of, str(conflict.hits)))


def _overruns(one: Placed, placed: Sequence[Placed], now: datetime) -> Iterable[Conflict]:
    if one.state not in _HERE and one.ended_at is None:
        return
    over = one.lasts_until(now)
    late = over - one.planned.end
    if late <= timedelta(0):
        return
    for other in placed:
        if other.id == one.id or other.state not in _AHEAD or other.planned.start < one.planned.start:
            continue
        clashes = [
            (taken.end + late, resource_id, taken.end + late - other.taken[resource_id].start)
            for resource_id, taken in one.taken.items()
            if resource_id in other.taken and taken.end <= other.taken[resource_id].start
        ]
        if not clashes:
            continue
        until, resource_id, by = max(clashes, key=lambda clash: (clash[2], clash[1]))
        if by > SLACK and (one.ended_at is None or now < until):
            proposed = _on_grid(other.planned.start + by, other.planned.start)
            yield Conflict(ConflictKind.OVERRUN, one.id, other.id, resource_id, until, proposed)


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
            end = other.lasts_until(now) - other.planned.end + taken.end
            if end > wanted.start - by:
                return None
    return Conflict(ConflictKind.EARLY, one.id, None, None, one.planned.start, earlier)


def _on_grid(at: datetime, start: datetime) -> datetime:
    """Not before `at`, and whole quarters of an hour from the start that was planned."""
    return start + -((start - at) // GRID) * GRID
