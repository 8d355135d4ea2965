"""Why a time cannot be given: every reason, not only the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from services.scheduling.domain.clinic import Clinic, Resource, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import open_intervals
from services.scheduling.domain.slots import Busy, Wanted, candidates, is_free, span_of, starts
from services.scheduling.domain.wall_clock import day_of

BACK = timedelta(days=30)
"""How long after a session staff may still enter it: for the days when only paper was at hand."""
AHEAD = timedelta(days=366)


class Why(StrEnum):
    LONG_AGO = "long-ago"
    FAR_AHEAD = "far-ahead"
    CLOSED = "closed"
    PATIENT_ELSEWHERE = "patient-elsewhere"
    TAKEN = "taken"
    NONE_THERE = "none-there"
    """The clinic has no active resource of this kind."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What keeps one resource from serving."""

    resource: Resource
    during: Interval


@dataclass(frozen=True, slots=True)
class Missing:
    """One reason. For a resource: its kind, when it is needed, and what takes each one that could have served."""

    why: Why
    during: Interval
    resource_kind: ResourceKind | None = None
    taken: tuple[Taken, ...] = ()


def reasons(clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime) -> list[Missing]:
    """Everything that stands against this start, chosen by staff; empty when nothing does."""
    during = Interval(start, start + wanted.kind.length)
    found: list[Missing] = []
    if start < now - BACK:
        found.append(Missing(Why.LONG_AGO, during))
    if start > now + AHEAD:
        found.append(Missing(Why.FAR_AHEAD, during))
    day = day_of(start, clinic.zone)
    if not any(open_.contains(during) for open_ in open_intervals(clinic.hours, clinic.zone, day)):
        found.append(Missing(Why.CLOSED, during))
    if not is_free(busy, wanted.patient_id, during):
        found.append(Missing(Why.PATIENT_ELSEWHERE, _first_clash(busy.get(wanted.patient_id, ()), during)))
    for need in wanted.kind.needs:
        span = span_of(wanted.kind, need, start)
        could_serve = wanted.could_serve(clinic, need.resource_kind)
        if not could_serve:
            found.append(Missing(Why.NONE_THERE, span, need.resource_kind))
        elif not any(is_free(busy, resource.id, span) for resource in could_serve):
            taken = [
                Taken(resource, clash)
                for resource in sorted(could_serve, key=lambda resource: resource.name)
                for clash in busy.get(resource.id, ())
                if clash.overlaps(span)
            ]
            found.append(Missing(Why.TAKEN, span, need.resource_kind, tuple(taken)))
    return found


def _first_clash(booked: Sequence[Interval], during: Interval) -> Interval:
    return next(interval for interval in booked if interval.overlaps(during))


def nearest(
    clinic: Clinic, wanted: Wanted, start: datetime, window: Interval, busy: Busy, *, most: int = 3
) -> list[datetime]:
    """The starts closest to the one that was refused, in order of time."""
    closest = sorted(starts(clinic, wanted.kind.length, window), key=lambda at: (abs(at - start), at))
    free = islice(candidates(clinic, wanted, closest, busy), most)
    return sorted(candidate.during.start for candidate in free)
