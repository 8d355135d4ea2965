"""Why a time cannot be given: every reason, not only the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID

from services.scheduling.domain.clinic import Clinic, Need, Resource, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import open_over
from services.scheduling.domain.slots import (
    Busy,
    Wanted,
    bookable_without_staff,
    can_be_met,
    candidates,
    is_free,
    span_of,
    starts,
    unfree,
)

BACK = timedelta(days=30)
"""How long after a session staff may still enter it: for the days when only paper was at hand."""
AHEAD = timedelta(days=366)
A_MONTH = timedelta(days=31)
AROUND = timedelta(days=14)
"""How far from the wanted time other times are looked for."""


class Why(StrEnum):
    LONG_AGO = "long-ago"
    FAR_AHEAD = "far-ahead"
    SHORT_NOTICE = "short-notice"
    """Sooner than the clinic's notice, or past: only staff may book it."""
    NO_START = "no-start"
    """No appointment starts at this minute."""
    CLOSED = "closed"
    """Outside of opening hours."""
    CLOSURE = "closure"
    """A holiday, or whatever else the whole clinic is closed for."""
    PATIENT_ELSEWHERE = "patient-elsewhere"
    TOO_CLOSE = "too-close"
    """The patient has another appointment of this kind, and fewer days lie between than the clinic wants."""
    NOT_SUITABLE = "not-suitable"
    """A clinician has decided that this patient is not to be treated, and nobody has decided otherwise since."""
    TAKEN = "taken"
    AWAY = "away"
    """By their roster, or because they are absent."""
    NONE_THERE = "none-there"
    """The clinic has no active resource of this kind."""
    NOT_QUALIFIED = "not-qualified"
    """There are some of this kind, and none that is what the appointment asks for, or that works in this role."""
    TOO_FEW = "too-few"
    """Each need of this kind could be met by itself, and not all at once."""


Held = Mapping[tuple[UUID, Interval], datetime]
"""Until when a stretch of a resource is only held."""
NOTHING_HELD: Held = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """What keeps one resource from serving: a booking, or that it is away. With `held_until` it may be free again after
    that."""

    resource: Resource
    during: Interval
    held_until: datetime | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """One reason. For a resource: its kind, when it is needed, and what takes each one that could have served; or who
    would be there without being qualified. For a closure and for another appointment: when that is."""

    why: Why
    during: Interval
    resource_kind: ResourceKind | None = None
    taken: tuple[Taken, ...] = ()
    unfit: tuple[Resource, ...] = ()
    qualification: str | None = None
    closure: str | None = None


class TimeRefused(Exception):
    """The time cannot be given. `missing` says everything against it, `instead` the nearest that can.

    Nothing is missing when somebody else is booking it at this very moment.
    """

    def __init__(self, missing: list[Missing], instead: list[datetime]) -> None:
        super().__init__("This time cannot be given.")
        self.missing = missing
        self.instead = instead


def reasons(
    clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime, held: Held = NOTHING_HELD
) -> list[Missing]:
    """Everything that stands against this start, chosen by staff; empty when nothing does."""
    during = Interval(start, start + wanted.kind.length)
    found: list[Missing] = []
    if start < now - BACK:
        found.append(Missing(Why.LONG_AGO, during))
    if start > now + AHEAD:
        found.append(Missing(Why.FAR_AHEAD, during))
    return [*found, *_against(clinic, wanted, during, busy, held)]


def reasons_without_staff(
    clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, now: datetime, held: Held = NOTHING_HELD
) -> list[Missing]:
    """Everything that stands against this start, chosen by a patient; empty exactly when it is one that is offered."""
    during, reach = Interval(start, start + wanted.kind.length), bookable_without_staff(clinic, now)
    found: list[Missing] = []
    if during.start < reach.start:
        found.append(Missing(Why.SHORT_NOTICE, during))
    if during.end > reach.end:
        found.append(Missing(Why.FAR_AHEAD, during))
    against = _against(clinic, wanted, during, busy, held)
    closed = any(one.why in {Why.CLOSED, Why.CLOSURE} for one in against)
    if not closed and start not in starts(clinic, wanted.kind.length, during):
        found.append(Missing(Why.NO_START, during))
    return [*found, *against]


def _against(clinic: Clinic, wanted: Wanted, during: Interval, busy: Busy, held: Held) -> list[Missing]:
    found: list[Missing] = []
    if not any(open_.contains(during) for open_ in open_over(clinic.hours, clinic.zone, during)):
        found.append(Missing(Why.CLOSED, during))
    found += [
        Missing(Why.CLOSURE, closed, closure=closure.name)
        for closure in clinic.closures
        if (closed := closure.during(clinic.zone)) is not None and closed.overlaps(during)
    ]
    if not is_free(busy, wanted.patient_id, during):
        found.append(Missing(Why.PATIENT_ELSEWHERE, _first_clash(busy.get(wanted.patient_id, ()), during)))
    if wanted.not_suitable:
        found.append(Missing(Why.NOT_SUITABLE, during))
    found += [
        Missing(Why.TOO_CLOSE, Interval(other, other + wanted.kind.length))
        for other in wanted.too_close(during.start, clinic.zone)
    ]
    return [*found, *_missing_resources(clinic, wanted, during.start, busy, held)]


def _missing_resources(clinic: Clinic, wanted: Wanted, start: datetime, busy: Busy, held: Held) -> list[Missing]:
    found: list[Missing] = []
    not_free = unfree(clinic, wanted, start, busy)
    for need in wanted.kind.needs:
        span = span_of(wanted.kind, need, start)
        could_serve = wanted.could_serve(clinic, need)
        if not could_serve:
            found.append(_nobody_fit(clinic, wanted, need, span))
        elif not any(is_free(not_free, resource.id, span) for resource in could_serve):
            in_the_way = {
                Why.TAKEN: _booked(could_serve, span, busy, held),
                Why.AWAY: _away(clinic, could_serve, span),
            }
            found += [Missing(why, span, need.resource_kind, taken) for why, taken in in_the_way.items() if taken]
    for kind in {need.resource_kind: None for need in wanted.kind.needs}:
        named = any(missing.resource_kind is kind for missing in found)
        if not named and not can_be_met(clinic, wanted, kind, start, busy):
            during = Interval(start, start + wanted.kind.length)
            asked = wanted.could_be_asked(clinic, kind)
            in_all = (*_booked(asked, during, busy, held), *_away(clinic, asked, during))
            found.append(Missing(Why.TOO_FEW, during, kind, in_all))
    return found


def _nobody_fit(clinic: Clinic, wanted: Wanted, need: Need, span: Interval) -> Missing:
    """None of the kind, or some that will not do; somebody who was named and does other work is one of those."""
    unfit = wanted.could_be_asked(clinic, need.resource_kind)
    if not unfit and need.resource_kind is ResourceKind.CLINICIAN:
        unfit = [one for one in clinic.resources if one.id == wanted.clinician and one.active]
    why = Why.NOT_QUALIFIED if unfit else Why.NONE_THERE
    return Missing(why, span, need.resource_kind, unfit=tuple(_by_name(unfit)), qualification=need.qualification)


def _booked(could_serve: Sequence[Resource], span: Interval, busy: Busy, held: Held) -> tuple[Taken, ...]:
    return tuple(
        Taken(resource, clash, held.get((resource.id, clash)))
        for resource in _by_name(could_serve)
        for clash in busy.get(resource.id, ())
        if clash.overlaps(span)
    )


def _away(clinic: Clinic, could_serve: Sequence[Resource], span: Interval) -> tuple[Taken, ...]:
    """Looked at from far enough that each says from when until when, as far as a month on either side."""
    around = Interval(span.start - A_MONTH, span.end + A_MONTH)
    return tuple(
        Taken(resource, gone, away=True)
        for resource in _by_name(could_serve)
        for gone in clinic.away(resource, around)
        if gone.overlaps(span)
    )


def _by_name(resources: Sequence[Resource]) -> list[Resource]:
    return sorted(resources, key=lambda resource: resource.name)


def _first_clash(booked: Sequence[Interval], during: Interval) -> Interval:
    return next(interval for interval in booked if interval.overlaps(during))


def offered_around(start: datetime, now: datetime) -> Interval:
    """Where other times are looked for: as near to this start as staff may book, and ahead for what lies ahead."""
    first, last = now - BACK, now + AHEAD
    middle = min(max(start, first), last)
    return Interval(max(middle - AROUND, now if start > now else first), min(middle + AROUND, last))


def nearest(
    clinic: Clinic,
    wanted: Wanted,
    start: datetime,
    window: Interval,
    busy: Busy,
    *,
    apart: bool = False,
    but: datetime | None = None,
    most: int = 3,
) -> list[datetime]:
    """The starts closest to the one that was refused, in order of time.

    `apart`: somebody is booking it at this moment, which nobody can see yet. What does not touch that comes first.
    `but` is a start that is theirs already.
    """
    during = Interval(start, start + wanted.kind.length)

    def far(at: datetime) -> tuple[bool, timedelta, datetime]:
        touches = apart and during.overlaps(Interval(at, at + wanted.kind.length))
        return touches, abs(at - start), at

    closest = sorted((at for at in starts(clinic, wanted.kind.length, window) if at != but), key=far)
    free = islice(candidates(clinic, wanted, closest, busy), most)
    return sorted(candidate.during.start for candidate in free)
