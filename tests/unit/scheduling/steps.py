"""The second twin: a clinic step by step, without one clever thought. For rules that are about people and days."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from services.scheduling.domain.clinic import Clinic, Need, Resource, ResourceKind
from services.scheduling.domain.interval import Busy, Interval
from services.scheduling.domain.refusal import Why
from services.scheduling.domain.slots import Wanted

STEP = timedelta(minutes=5)
"""Everything in those tests begins and ends on fives, clocks that jump included: between them nothing can change."""

Reason = tuple[Why, ResourceKind | None]


class Steps:
    """Every fifth minute of a stretch, with what the clinic's clock shows. What lies outside of the stretch is not known."""

    def __init__(self, clinic: Clinic, stretch: Interval, busy: Busy) -> None:
        self.clinic = clinic
        zone = ZoneInfo(clinic.zone)
        count = stretch.length // STEP
        self.at = [stretch.start + n * STEP for n in range(count)]
        self.shows = [at.astimezone(zone).replace(tzinfo=None, fold=0) for at in self.at]
        self.number = {at: n for n, at in enumerate(self.at)}
        self.booked = {
            id_: {n for n, at in enumerate(self.at) if any(one.start <= at < one.end for one in booked)}
            for id_, booked in busy.items()
        }
        self.gone = {one.id: self._gone(one) for one in clinic.resources}
        self.open = {n for n, shown in enumerate(self.shows) if self._hours(shown)}
        self.closed = [self._between(one.begins, one.ends) for one in clinic.closures]

    def _hours(self, shown: datetime) -> bool:
        return any(
            one.weekday == shown.isoweekday() and _shows(shown.time(), one.opens, one.closes)
            for one in self.clinic.hours
        )

    def _between(self, begins: datetime, ends: datetime) -> set[int]:
        """From the first step that shows no less than `begins` to the last that shows less than `ends`."""
        reached = [n for n, shown in enumerate(self.shows) if shown >= begins]
        before = [n for n, shown in enumerate(self.shows) if shown < ends]
        return set(range(reached[0], before[-1] + 1)) if reached and before else set()

    def _gone(self, resource: Resource) -> set[int]:
        person = resource.staff_id or resource.id
        roster = [one for one in self.clinic.shifts if one.of == person]
        gone = {
            n
            for n, shown in enumerate(self.shows)
            if roster
            and not any(
                one.weekday == shown.isoweekday()
                and _shows(shown.time(), one.begins, one.ends)
                and (one.valid_from is None or one.valid_from <= shown.date())
                and (one.valid_until is None or shown.date() <= one.valid_until)
                for one in roster
            )
        }
        for absence in self.clinic.absences:
            if absence.of in {resource.id, resource.staff_id, resource.room_id}:
                gone |= self._between(absence.begins, absence.ends)
        return gone

    def free_starts(self, wanted: Wanted, window: Interval) -> list[datetime]:
        """Every quarter hour of the clock at which the whole of it lies in the window and nothing stands against it."""
        return [
            at
            for at, shown in zip(self.at, self.shows, strict=True)
            if shown.minute % 15 == 0
            and window.contains(Interval(at, at + wanted.kind.length))
            and not self.reasons(wanted, at)
        ]

    def reasons(self, wanted: Wanted, start: datetime) -> set[Reason]:
        """Everything against a start that staff typed: why, and which kind of resource."""
        own = self._steps(start, timedelta(0), wanted.kind.length)
        found: set[Reason] = set()
        if not own <= self.open:
            found.add((Why.CLOSED, None))
        if any(own & closed for closed in self.closed):
            found.add((Why.CLOSURE, None))
        if own & self.booked.get(wanted.patient_id, set()):
            found.add((Why.PATIENT_ELSEWHERE, None))
        if any(self._too_close(wanted, start, other) for other in wanted.others):
            found.add((Why.TOO_CLOSE, None))
        return found | self._resources(wanted, start)

    def _too_close(self, wanted: Wanted, start: datetime, other: datetime) -> bool:
        zone, apart = ZoneInfo(self.clinic.zone), wanted.kind.days_apart
        days = {start.astimezone(zone).date() + timedelta(days=n) for n in range(-apart + 1, apart)}
        day_of_the_other = other.astimezone(zone).date()
        return apart > 0 and (day_of_the_other in days or -timedelta(hours=24) < other - start < timedelta(hours=24))

    def _resources(self, wanted: Wanted, start: datetime) -> set[Reason]:
        found: set[Reason] = set()
        for need in wanted.kind.needs:
            span = self._steps(start, *wanted.kind.span(need))
            asked = self._asked(wanted, need.resource_kind)
            fit = [one for one in asked if self._is_fit(one, need)]
            if not fit:
                found.add((Why.NOT_QUALIFIED if asked else Why.NONE_THERE, need.resource_kind))
            elif not any(self._serves(one, span) for one in fit):
                found |= {(Why.TAKEN, need.resource_kind) for one in fit if span & self.booked.get(one.id, set())}
                found |= {(Why.AWAY, need.resource_kind) for one in fit if span & self.gone[one.id]}
        for kind in {need.resource_kind for need in wanted.kind.needs} - {named for _, named in found}:
            needs = [need for need in wanted.kind.needs if need.resource_kind is kind]
            if not any(self._ways(wanted, needs, start)):
                found.add((Why.TOO_FEW, kind))
        return found

    def _ways(self, wanted: Wanted, needs: list[Need], start: datetime) -> Iterator[bool]:
        """For each way to put resources to needs, whether none is in two places at once."""
        spans = [self._steps(start, *wanted.kind.span(need)) for need in needs]
        for way in product(*(self._asked(wanted, need.resource_kind) for need in needs)):
            serve = all(
                self._is_fit(one, need) and self._serves(one, span)
                for one, need, span in zip(way, needs, spans, strict=True)
            )
            own = list(zip(way, spans, strict=True))
            yield serve and not any(
                one.id == other.id and span & other_span
                for n, (one, span) in enumerate(own)
                for other, other_span in own[:n]
            )

    def _asked(self, wanted: Wanted, kind: ResourceKind) -> list[Resource]:
        return [
            one
            for one in self.clinic.resources
            if one.kind is kind
            and one.active
            and (kind is not ResourceKind.CLINICIAN or wanted.clinician in {None, one.id})
            and (kind is not ResourceKind.CHAIR or wanted.chair in {None, one.id})
        ]

    def _is_fit(self, resource: Resource, need: Need) -> bool:
        person = resource.staff_id or resource.id
        has = {one.name for one in self.clinic.qualifications if one.of == person}
        return not resource.out_of_role and (need.qualification is None or need.qualification in has)

    def _serves(self, resource: Resource, span: set[int]) -> bool:
        return not span & self.booked.get(resource.id, set()) and not span & self.gone[resource.id]

    def _steps(self, start: datetime, begins: timedelta, ends: timedelta) -> set[int]:
        first = self.number[start + begins]
        return set(range(first, first + (ends - begins) // STEP))


def _shows(at: time, begins: time, ends: time) -> bool:
    """An end at 00:00 is that of the day."""
    return begins <= at and (at < ends or ends == time())
