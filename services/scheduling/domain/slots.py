"""Which times a clinic can give: opening hours, what is booked, what the appointment needs, what is wished for."""

import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Resource, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours, open_intervals
from services.scheduling.domain.wall_clock import day_of, reads
from services.scheduling.domain.wishes import unmet
from shared.events.values import Wishes

GRID_MINUTES = 15
NO_WISHES = Wishes()
Busy = Mapping[UUID, Sequence[Interval]]
"""By resource or patient: what is booked, in order of time; no two intervals of one id overlap."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One resource for a stretch of an appointment."""

    resource: Resource
    during: Interval


@dataclass(frozen=True, slots=True)
class Candidate:
    """A time at which everything the appointment needs is free."""

    during: Interval
    claims: tuple[Claim, ...]

    def resource(self, kind: ResourceKind) -> Resource | None:
        """The first resource of a kind that it uses."""
        return next((claim.resource for claim in self.claims if claim.resource.kind is kind), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An appointment somebody wants. `clinician` (a resource's id) asks for one person instead of any."""

    kind: AppointmentKind
    patient_id: UUID
    wishes: Wishes = NO_WISHES
    clinician: UUID | None = None

    def could_serve(self, clinic: Clinic, kind: ResourceKind) -> list[Resource]:
        """The resources that could meet a need, equal ones spread over patients by a hash."""
        able = clinic.of_kind(kind)
        if kind is ResourceKind.CLINICIAN and self.clinician is not None:
            able = [resource for resource in able if resource.id == self.clinician]
        return sorted(able, key=lambda resource: zlib.crc32(self.patient_id.bytes + resource.id.bytes))


def bookable_without_staff(clinic: Clinic, now: datetime) -> Interval:
    """From the clinic's notice on, as far ahead as it gives times by itself."""
    return Interval(now + clinic.minimum_notice, now + max(clinic.horizon, clinic.minimum_notice + timedelta(days=1)))


def starts(clinic: Clinic, length: timedelta, window: Interval) -> Iterator[datetime]:
    """Every start, on the quarter hours of the wall clock, with which the whole appointment fits into one stretch of
    opening hours and into the window: what is taken beyond it nobody has looked at. In order of time, in UTC."""
    day, last = day_of(window.start, clinic.zone), day_of(window.end, clinic.zone)
    while day <= last:
        for at in _starts_of_day(clinic.hours, clinic.zone, day, length):
            if window.start <= at and at + length <= window.end:
                yield at
        day += timedelta(days=1)


@lru_cache(maxsize=4096)
def _starts_of_day(hours: tuple[OpeningHours, ...], zone: str, day: date, length: timedelta) -> tuple[datetime, ...]:
    found: list[datetime] = []
    for open_ in open_intervals(hours, zone, day):
        at = _on_grid(open_.start, zone)
        while at + length <= open_.end:
            found.append(at)
            at = _on_grid(at + timedelta(minutes=1), zone)
    return tuple(found)


def _on_grid(at: datetime, zone: str) -> datetime:
    """The next quarter hour of the wall clock, or `at` itself when it is one."""
    past = timedelta(minutes=reads(at, zone).minute % GRID_MINUTES, seconds=at.second, microseconds=at.microsecond)
    return at + (timedelta(minutes=GRID_MINUTES) - past) if past else at


def best_first(clinic: Clinic, wanted: Wanted, window: Interval) -> list[datetime]:
    """Every start in the window: most wishes met, then earliest. What is taken is not looked at."""
    found = list(starts(clinic, wanted.kind.length, window))
    if wanted.wishes != NO_WISHES:
        found.sort(key=lambda start: (unmet(wanted.wishes, start, clinic.zone), start))
    return found


def candidates(clinic: Clinic, wanted: Wanted, at: Iterable[datetime], busy: Busy) -> Iterator[Candidate]:
    """Those of these starts that can be given, in the same order.

    In a full calendar hundreds of starts fail for each that can be had: most are passed over at a glance.
    """
    able = {kind: wanted.could_serve(clinic, kind) for kind in ResourceKind}
    glances = [
        _Glance(*wanted.kind.span(need), [_Diary.of(busy.get(one.id, ())) for one in able[need.resource_kind]])
        for need in wanted.kind.needs
    ]
    for start in at:
        if (
            all(glance.sees_somebody_free(start) for glance in glances)
            and (candidate := _candidate(wanted, able, start, busy)) is not None
        ):
            yield candidate


@dataclass(frozen=True, slots=True)
class _Diary:
    """What is booked of one resource, as two columns."""

    starts: list[datetime]
    ends: list[datetime]

    @classmethod
    def of(cls, booked: Sequence[Interval]) -> "_Diary":
        return cls([one.start for one in booked], [one.end for one in booked])


@dataclass(slots=True)
class _Glance:
    """Whether one need of an appointment could be met at all, by whoever could meet it."""

    begins: timedelta
    ends: timedelta
    diaries: list[_Diary]
    nobody: Interval | None = None
    """Starts of which it is known that nobody is free then: whatever is in the way of the first is in the way of all."""

    def sees_somebody_free(self, start: datetime) -> bool:
        if self.nobody is not None and self.nobody.start <= start < self.nobody.end:
            return False
        begin, end = start + self.begins, start + self.ends
        in_the_way: list[datetime] = []
        for diary in self.diaries:
            at = bisect_left(diary.starts, end)
            if at == 0 or diary.ends[at - 1] <= begin:
                return True
            in_the_way.append(diary.ends[at - 1])
        if in_the_way:
            self.nobody = Interval(start, min(in_the_way) - self.begins)
        return False


def candidate_at(clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy) -> Candidate | None:
    """This very time, with a resource for each need; None when any is missing, or the patient is elsewhere then.

    Opening hours are not looked at: `refusal.reasons` says everything about a time that somebody typed.
    """
    return _candidate(wanted, {kind: wanted.could_serve(clinic, kind) for kind in ResourceKind}, start, busy)


def can_be_met(clinic: Clinic, wanted: Wanted, kind: ResourceKind, start: datetime, busy: Busy) -> bool:
    """Whether all needs of one kind of resource can be met together by what is free."""
    needs = [need for need in wanted.kind.needs if need.resource_kind is kind]
    return _claims(wanted.kind, needs, {kind: wanted.could_serve(clinic, kind)}, start, busy) is not None


def _candidate(
    wanted: Wanted, able: Mapping[ResourceKind, Sequence[Resource]], start: datetime, busy: Busy
) -> Candidate | None:
    during = Interval(start, start + wanted.kind.length)
    if not is_free(busy, wanted.patient_id, during):
        return None
    claims = _claims(wanted.kind, wanted.kind.needs, able, start, busy)
    return None if claims is None else Candidate(during, claims)


def _claims(
    kind: AppointmentKind,
    needs: Sequence[Need],
    able: Mapping[ResourceKind, Sequence[Resource]],
    start: datetime,
    busy: Busy,
) -> tuple[Claim, ...] | None:
    spans = [span_of(kind, need, start) for need in needs]
    choices = [able[need.resource_kind] for need in needs]
    for span, choice in zip(spans, choices, strict=True):
        if not any(is_free(busy, resource.id, span) for resource in choice):
            return None
    return _choose(choices, spans, busy, ())


def _choose(
    choices: Sequence[Sequence[Resource]], spans: Sequence[Interval], busy: Busy, chosen: tuple[Claim, ...]
) -> tuple[Claim, ...] | None:
    """One free resource for each span, none twice at a time. Who already serves this appointment goes on if free."""
    if len(chosen) == len(spans):
        return chosen
    span, serving = spans[len(chosen)], {claim.resource.id for claim in chosen}
    for resource in sorted(choices[len(chosen)], key=lambda resource: resource.id not in serving):
        if not is_free(busy, resource.id, span):
            continue
        if any(claim.resource.id == resource.id and claim.during.overlaps(span) for claim in chosen):
            continue
        rest = _choose(choices, spans, busy, (*chosen, Claim(resource, span)))
        if rest is not None:
            return rest
    return None


def is_free(busy: Busy, id_: UUID, during: Interval) -> bool:
    """Nothing of this resource or person is booked in that stretch."""
    booked = busy.get(id_, ())
    at = bisect_left(booked, during.end, key=lambda interval: interval.start)
    return at == 0 or booked[at - 1].end <= during.start


def span_of(kind: AppointmentKind, need: Need, start: datetime) -> Interval:
    """When a need must be met, for an appointment that starts then."""
    begins, ends = kind.span(need)
    return Interval(start + begins, start + ends)
