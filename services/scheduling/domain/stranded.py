"""Booked appointments that the clinic's day has no place for any more, and where each could go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.clinic import Clinic, Purpose, Resource, ResourceKind
from services.scheduling.domain.interval import Busy, Interval, merged
from services.scheduling.domain.opening import open_over
from services.scheduling.domain.refusal import A_MONTH, Missing, Taken, Why, nearest, offered_around, reasons
from services.scheduling.domain.slots import Candidate, Wanted, candidate_at


@dataclass(frozen=True, slots=True)
class Planned:
    """A booked appointment and what it takes. `version` is what somebody saw who decides about it."""

    appointment_id: UUID
    version: int
    patient_id: UUID
    purpose: Purpose
    during: Interval
    claims: tuple[tuple[UUID, Interval], ...]
    overridden: frozenset[str] = frozenset()
    """What staff have booked it against, knowing so."""

    def clinician(self, clinic: Clinic) -> Resource | None:
        """Whom it takes."""
        taken = {resource_id for resource_id, _ in self.claims}
        serving = (one for one in clinic.resources if one.id in taken and one.kind is ResourceKind.CLINICIAN)
        return next(serving, None)


@dataclass(frozen=True, slots=True)
class Stranded:
    """It has no place any more: `against` says everything why. `instead` is the nearest time that can be had, an
    earlier one only where there is no later, with the same clinician if that is possible; None where nothing was found."""

    planned: Planned
    against: tuple[Missing, ...]
    instead: Candidate | None = None

    @property
    def stays(self) -> bool:
        """At the time it has, only with another chair, seat or person."""
        return self.instead is not None and self.instead.during.start == self.planned.during.start


def against(clinic: Clinic, planned: Planned) -> tuple[Missing, ...]:
    """What of the clinic's day stands against an appointment as it is booked, but for what was overridden knowingly. Who is not
    there any more, or does other work, was overridden by nobody.

    Parts that were changed since do not count: it keeps the length and the needs it was booked with.
    """
    found = [*_against_the_day(clinic, planned.during)]
    by_id = {resource.id: resource for resource in clinic.resources}
    for resource_id, during in planned.claims:
        resource = by_id.get(resource_id)
        if resource is not None:
            found += _against_resource(clinic, resource, during)
    return tuple(missing for missing in found if missing.unfit or missing.why not in planned.overridden)


def _against_the_day(clinic: Clinic, during: Interval) -> Iterable[Missing]:
    if not any(open_.contains(during) for open_ in open_over(clinic.hours, clinic.zone, during)):
        yield Missing(Why.CLOSED, during)
    for closure in clinic.closures:
        if (closed := closure.during(clinic.zone)) is not None and closed.overlaps(during):
            yield Missing(Why.CLOSURE, closed, closure=closure.name)


def _against_resource(clinic: Clinic, resource: Resource, during: Interval) -> Iterable[Missing]:
    if not resource.active:
        yield Missing(Why.NONE_THERE, during, resource.kind, unfit=(resource,))
    elif resource.out_of_role:
        yield Missing(Why.NOT_QUALIFIED, during, resource.kind, unfit=(resource,))
    around = Interval(during.start - A_MONTH, during.end + A_MONTH)
    gone = [one for one in clinic.away(resource, around) if one.overlaps(during)]
    if gone:
        yield Missing(Why.AWAY, during, resource.kind, tuple(Taken(resource, one, away=True) for one in gone))


def without_place(clinic: Clinic, ahead: Iterable[Planned]) -> list[Stranded]:
    """Those that no longer fit, in order of time, without proposals."""
    ordered = sorted(ahead, key=lambda one: (one.during, one.appointment_id))
    return [Stranded(planned, wrong) for planned in ordered if (wrong := against(clinic, planned))]


NOBODY_ASKED: Mapping[UUID, Interval] = {}
NOTHING_DECLINED: Mapping[UUID, Sequence[Interval]] = {}


def stranded(
    clinic: Clinic,
    ahead: Sequence[Planned],
    busy: Busy,
    now: datetime,
    asked: Mapping[UUID, Interval] = NOBODY_ASKED,
    declined: Mapping[UUID, Sequence[Interval]] = NOTHING_DECLINED,
) -> list[Stranded]:
    """The same, each with a place that none of the others is shown, and that its patient can have beside the others.

    `asked` says which time is kept until its patient has answered, by appointment: nothing else is proposed for it. `declined`
    are the times that they said no to: to them the patient is as good as elsewhere.

    `ahead` is everything booked from now on, `busy` what is taken. What an appointment itself takes is not in its way;
    what the others take is, until they have gone. The patient's others are where they are proposed: moved in this order, each
    finds those before it there.
    """
    theirs = _of_patients(replace(one, during=asked.get(one.appointment_id, one.during)) for one in ahead)
    taken = {id_: list(intervals) for id_, intervals in busy.items()}
    found: list[Stranded] = []
    for one in without_place(clinic, ahead):
        planned = one.planned
        if planned.appointment_id in asked:
            found.append(one)
            continue
        others = theirs[planned.patient_id]
        del others[planned.appointment_id]
        elsewhere = [*(other.during for other in others.values()), *declined.get(planned.appointment_id, ())]
        instead = _instead(clinic, planned, taken, elsewhere, list(others.values()), now)
        others[planned.appointment_id] = replace(planned, during=instead.during) if instead else planned
        for claim in instead.claims if instead else ():
            _add(taken, claim.resource.id, claim.during)
        found.append(replace(one, instead=instead))
    return found


def _of_patients(ahead: Iterable[Planned]) -> defaultdict[UUID, dict[UUID, Planned]]:
    by_patient: defaultdict[UUID, dict[UUID, Planned]] = defaultdict(dict)
    for planned in ahead:
        by_patient[planned.patient_id][planned.appointment_id] = planned
    return by_patient


def _instead(
    clinic: Clinic,
    planned: Planned,
    taken: dict[UUID, list[Interval]],
    elsewhere: Sequence[Interval],
    others: Sequence[Planned],
    now: datetime,
) -> Candidate | None:
    """The time it has, if need be against what was overridden for it; else the nearest after it, as nobody is to come sooner
    than they know; only then one before it. None but the first is sooner than the clinic's notice."""
    kind = clinic.kind(planned.purpose)
    if kind is None:
        return None
    own = {id_: [one for one in taken.get(id_, []) if (id_, one) not in planned.claims] for id_, _ in planned.claims}
    busy = {**taken, **own, planned.patient_id: merged([*elsewhere, *taken.get(planned.patient_id, ())])}
    apart = tuple(one.during.start for one in others if one.purpose is planned.purpose)
    clinician = planned.clinician(clinic)
    anybody = Wanted(kind, planned.patient_id, others=apart)
    named = replace(anybody, clinician=clinician.id) if clinician else anybody
    start = planned.during.start
    around = offered_around(start, now)
    soonest = max(around.start, now + max(clinic.minimum_notice, clinic.change_notice))
    for wanted, overridden in ((named, planned.overridden), (anybody, frozenset[str]())):
        if all(missing.why in overridden for missing in reasons(clinic, wanted, start, busy, now)):
            same = candidate_at(clinic, wanted, start, busy, overridden=overridden)
            if same is not None:
                return same
        if (after := _nearest(clinic, wanted, start, max(start, soonest), around.end, busy)) is not None:
            return after
    for wanted in (named, anybody):
        if (before := _nearest(clinic, wanted, start, soonest, around.end, busy)) is not None:
            return before
    return None


def _nearest(
    clinic: Clinic, wanted: Wanted, start: datetime, first: datetime, last: datetime, busy: Busy
) -> Candidate | None:
    if first >= last:
        return None
    for at in nearest(clinic, wanted, start, Interval(first, last), busy, most=1):
        return candidate_at(clinic, wanted, at, busy)
    return None


def _add(taken: dict[UUID, list[Interval]], id_: UUID, during: Interval) -> None:
    taken[id_] = sorted([*taken.get(id_, []), during])
