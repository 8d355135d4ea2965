"""Which times a clinic can give: opening hours, what is booked, what the appointment needs, what is wished for."""

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Resource, ResourceKind
from services.scheduling.domain.glance import Diaries, Diary, Glance
from services.scheduling.domain.interval import Busy, Interval, merged
from services.scheduling.domain.opening import Closure, OpeningHours, open_intervals, open_over
from services.scheduling.domain.preference import DaysWork, start_key
from services.scheduling.domain.wall_clock import day_of, reads
from shared.events.values import Urgency, Wishes

GRID_MINUTES = 15
_DAY = timedelta(days=1)
NO_WISHES = Wishes()


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
    overridden: frozenset[str] = frozenset()
    """What stands against it, and staff give it nevertheless: values of `refusal.Why`."""

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
    urgency: Urgency = Urgency.ROUTINE
    others: tuple[datetime, ...] = ()
    """When the patient's other appointments of this kind start, for the days that must lie between."""
    chair: UUID | None = None
    """This one instead of any."""
    not_suitable: bool = False
    """So it was decided: no time is offered, and one that is asked for stands against that."""

    def could_be_asked(self, clinic: Clinic, kind: ResourceKind) -> list[Resource]:
        """The resources of a kind that may be booked, equal ones spread over patients by a hash."""
        able = clinic.of_kind(kind)
        named = {ResourceKind.CLINICIAN: self.clinician, ResourceKind.CHAIR: self.chair}.get(kind)
        if named is not None:
            able = [resource for resource in able if resource.id == named]
        return sorted(able, key=lambda resource: zlib.crc32(self.patient_id.bytes + resource.id.bytes))

    def could_serve(self, clinic: Clinic, need: Need) -> list[Resource]:
        """Those of them that could meet a need."""
        asked = self.could_be_asked(clinic, need.resource_kind)
        return [resource for resource in asked if clinic.is_qualified(resource, need.qualification)]

    def too_close(self, start: datetime, zone: str) -> list[datetime]:
        """The patient's others of this kind that are nearer to a start than the kind allows."""
        return [other for other in self.others if self.kind.too_close(start, other, zone)]


def bookable_without_staff(clinic: Clinic, now: datetime) -> Interval:
    """From the clinic's notice on, as far ahead as it gives times by itself."""
    return Interval(now + clinic.minimum_notice, now + max(clinic.horizon, clinic.minimum_notice + timedelta(days=1)))


def starts(clinic: Clinic, length: timedelta, window: Interval) -> Iterator[datetime]:
    """Every start, on the quarter hours of the wall clock, with which the whole appointment fits into one stretch of
    opening hours, over midnight too, and into the window: what is taken beyond it nobody has looked at. In order of time,
    in UTC."""
    day, last = day_of(window.start, clinic.zone), day_of(window.end, clinic.zone)
    while day <= last:
        near = [day, day + _DAY, day + 2 * _DAY]
        closures = tuple(closure for closure in clinic.closures if any(map(closure.touches, near)))
        for at in _starts_of_day(clinic.hours, closures, clinic.zone, day, length):
            if window.start <= at and at + length <= window.end:
                yield at
        day += _DAY


@lru_cache(maxsize=4096)
def _starts_of_day(
    hours: tuple[OpeningHours, ...], closures: tuple[Closure, ...], zone: str, day: date, length: timedelta
) -> tuple[datetime, ...]:
    found: list[datetime] = []
    for open_ in open_intervals(hours, zone, day, closures):
        going_on = open_over(hours, zone, Interval(open_.start, open_.end + length), closures)
        until = next(one.end for one in going_on if one.contains(open_))
        at = _on_grid(open_.start, zone)
        while at < open_.end and at + length <= until:
            found.append(at)
            at = _on_grid(at + timedelta(minutes=1), zone)
    return tuple(found)


def _on_grid(at: datetime, zone: str) -> datetime:
    """The next quarter hour of the wall clock, or `at` itself when it is one."""
    past = timedelta(minutes=reads(at, zone).minute % GRID_MINUTES, seconds=at.second, microseconds=at.microsecond)
    return at + (timedelta(minutes=GRID_MINUTES) - past) if past else at


def best_first(clinic: Clinic, wanted: Wanted, window: Interval) -> list[datetime]:
    """Every start in the window in the order of `preference`. What is taken is not looked at."""
    found = list(starts(clinic, wanted.kind.length, window))
    if wanted.wishes != NO_WISHES:
        found.sort(key=lambda start: start_key(start, wanted.wishes, wanted.urgency, clinic.zone))
    return found


def candidates(clinic: Clinic, wanted: Wanted, at: Iterable[datetime], busy: Busy) -> Iterator[Candidate]:
    """Those of these starts that can be given, in the same order.

    In a full calendar hundreds of starts fail for each that can be had: most are passed over at a glance.
    """
    if wanted.not_suitable:
        return
    able = _Able(clinic, wanted)
    months: dict[int, _Month] = {}
    for start in at:
        number = start.toordinal() // MONTH.days
        if (month := months.get(number)) is None:
            month = months[number] = _Month.of(able, number, busy)
        if (
            all(glance.sees_somebody_free(start) for glance in month.glances)
            and not wanted.too_close(start, clinic.zone)
            and (candidate := _candidate(wanted, month.posts, month.patient, start)) is not None
        ):
            yield candidate


class _Able:
    """Which resources could meet each need, looked up once for many starts."""

    def __init__(self, clinic: Clinic, wanted: Wanted, *, anybody: bool = False) -> None:
        self.clinic = clinic
        self.wanted = wanted
        self._anybody = anybody
        self._by_need: dict[tuple[ResourceKind, str | None], list[Resource]] = {}

    def to_meet(self, need: Need) -> list[Resource]:
        key = need.resource_kind, need.qualification
        if key not in self._by_need:
            fit = self.wanted.could_serve(self.clinic, need)
            asked = self.wanted.could_be_asked(self.clinic, need.resource_kind) if self._anybody and not fit else []
            self._by_need[key] = fit or [one for one in asked if not one.out_of_role]
        return self._by_need[key]

    def unfree(self, busy: Busy, over: Interval, needs: Iterable[Need] | None = None) -> Busy:
        """What is taken, and when whoever could serve is away."""
        if not self.clinic.shifts and not self.clinic.absences:
            return busy
        needs = self.wanted.kind.needs if needs is None else needs
        serving = {resource.id: resource for need in needs for resource in self.to_meet(need)}
        away = {id_: gone for id_, resource in serving.items() if (gone := self.clinic.away(resource, over))}
        if not away:
            return busy
        return {**busy, **{id_: merged([*_touching(busy.get(id_, ()), over), *gone]) for id_, gone in away.items()}}


def _touching(booked: Sequence[Interval], over: Interval) -> Sequence[Interval]:
    return booked[
        bisect_right(booked, over.start, key=lambda one: one.end) : bisect_left(
            booked, over.end, key=lambda one: one.start
        )
    ]


MONTH = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class _Month:
    """What is known of four weeks: one look at rosters and diaries serves all their starts."""

    glances: list[Glance]
    posts: list["_Post"]
    patient: Diary

    @classmethod
    def of(cls, able: _Able, number: int, busy: Busy) -> "_Month":
        first = datetime.combine(date.fromordinal(max(number * MONTH.days, 1)), time(), UTC)
        kind = able.wanted.kind
        diaries = Diaries(able.unfree(busy, Interval(first, first + MONTH + kind.length)))
        posts = _posts(kind, kind.needs, able, diaries)
        glances = [Glance(post.begins, post.ends, [diary for _, diary in post.could_serve]) for post in posts]
        return cls(glances, posts, diaries.of(able.wanted.patient_id))


@dataclass(frozen=True, slots=True)
class _Post:
    """One need of an appointment: from when until when, counted from its start, and whoever could meet it with their diary."""

    begins: timedelta
    ends: timedelta
    could_serve: list[tuple[Resource, Diary]]

    def has_anybody(self, start: datetime) -> bool:
        """Who is free for an appointment that starts then."""
        return any(diary.is_free(start + self.begins, start + self.ends) for _, diary in self.could_serve)


def _posts(kind: AppointmentKind, needs: Iterable[Need], able: _Able, diaries: Diaries) -> list[_Post]:
    return [_Post(*kind.span(need), [(one, diaries.of(one.id)) for one in able.to_meet(need)]) for need in needs]


def candidate_at(
    clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, *, overridden: Collection[str] = ()
) -> Candidate | None:
    """This very time, with the best resource for each need as `preference` has it; None when any is missing, or the
    patient is elsewhere then.

    Opening hours and the days between are not looked at: `refusal.reasons` says everything about a time that somebody
    typed. With `away` or `not-qualified` among what is overridden (values of `refusal.Why`), that is no obstacle either: where
    nobody is there who could meet a need, whoever is away may; nobody else is called in.
    """
    able = _Able(clinic, wanted, anybody="not-qualified" in overridden)
    needs, during = wanted.kind.needs, Interval(start, start + wanted.kind.length)
    diaries = Diaries(able.unfree(busy, during))
    posts, patient = _posts(wanted.kind, needs, able, diaries), diaries.of(wanted.patient_id)
    if "away" in overridden:
        called_in = _posts(wanted.kind, needs, able, Diaries(busy))
        posts = [there if there.has_anybody(start) else away for there, away in zip(posts, called_in, strict=True)]
    return _candidate(wanted, posts, patient, start, DaysWork(busy, day_of(start, clinic.zone), clinic.zone))


def unfree(clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy) -> Busy:
    """What is taken, and when whoever could serve at this start is away."""
    return _Able(clinic, wanted).unfree(busy, Interval(start, start + wanted.kind.length))


def can_be_met(clinic: Clinic, wanted: Wanted, kind: ResourceKind, start: datetime, busy: Busy) -> bool:
    """Whether all needs of one kind of resource can be met together by what is free."""
    needs = [need for need in wanted.kind.needs if need.resource_kind is kind]
    able = _Able(clinic, wanted)
    unfree = able.unfree(busy, Interval(start, start + wanted.kind.length), needs)
    return _claims(_posts(wanted.kind, needs, able, Diaries(unfree)), start) is not None


def _candidate(
    wanted: Wanted, posts: Sequence[_Post], patient: Diary, start: datetime, work: DaysWork | None = None
) -> Candidate | None:
    during = Interval(start, start + wanted.kind.length)
    if not patient.is_free(during.start, during.end):
        return None
    claims = _claims(posts, start, work)
    return None if claims is None else Candidate(during, claims)


def _claims(posts: Sequence[_Post], start: datetime, work: DaysWork | None = None) -> tuple[Claim, ...] | None:
    spans: list[Interval] = []
    choices: list[list[Resource]] = []
    for post in posts:
        span = Interval(start + post.begins, start + post.ends)
        free = [resource for resource, diary in post.could_serve if diary.is_free(span.start, span.end)]
        if not free:
            return None
        if work is not None and len(free) > 1:
            free.sort(key=lambda resource, span=span: work.key(resource.id, span))
        spans.append(span)
        choices.append(free)
    return _choose(choices, spans, ())


def _choose(
    choices: Sequence[Sequence[Resource]], spans: Sequence[Interval], chosen: tuple[Claim, ...]
) -> tuple[Claim, ...] | None:
    """One of the free resources for each span, none twice at a time. Who already serves this appointment goes on."""
    if len(chosen) == len(spans):
        return chosen
    free, span, serving = choices[len(chosen)], spans[len(chosen)], {claim.resource.id for claim in chosen}
    for resource in sorted(free, key=lambda resource: resource.id not in serving) if serving else free:
        if resource.id in serving and any(
            claim.resource.id == resource.id and claim.during.overlaps(span) for claim in chosen
        ):
            continue
        rest = _choose(choices, spans, (*chosen, Claim(resource, span)))
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
