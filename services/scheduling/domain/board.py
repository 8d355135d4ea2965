"""A day as a board: a lane for each chair, clinician and nurse, time across in steps of five minutes.

Only where things stand. What they are called, and in which colour, is the page's.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from services.scheduling.domain.clinic import Clinic, Resource, ResourceKind, Room, as_counted
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.wall_clock import instants_when_reads, reads, whole_day

STEP = timedelta(minutes=5)
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
LEAST = timedelta(hours=8)
"""A board that shows less is mostly frame."""
USUAL = (8, 17)
"""What is shown of a day on which the clinic is closed and nothing is booked."""
ORDER = (ResourceKind.CHAIR, ResourceKind.CLINICIAN, ResourceKind.NURSE_SEAT)


@dataclass(frozen=True, slots=True)
class Place:
    """One resource for a stretch of one appointment."""

    appointment_id: UUID
    resource_id: UUID
    during: Interval
    given_back: bool = False
    """The patient did not come, and others may have it."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A chair, a clinician, or a nurse with all of their seats."""

    kind: ResourceKind
    resources: tuple[Resource, ...]
    room: Room | None = None
    """Where a chair stands."""

    @property
    def first(self) -> Resource:
        return self.resources[0]

    @property
    def name(self) -> str:
        """Of a nurse what the names of all seats begin with: `Tessa Beaumont, seat 2` is `Tessa Beaumont`."""
        if len(self.resources) == 1:
            return self.first.name
        names = [one.name.rpartition(",")[0] for one in self.resources]
        return names[0] if names[0] and len(set(names)) == 1 else self.first.name


def lanes(clinic: Clinic, used: Collection[UUID]) -> list[Lane]:
    """Chairs, then clinicians, then nurses: whoever can be booked, and who cannot any more but is `used` on that day.

    Chair 2 stands before Chair 10, and chairs of one room together, where the first of them stands; those in none are last.
    The seats of a nurse are one lane.
    """
    found: dict[tuple[ResourceKind, UUID], list[Resource]] = {}
    for resource in sorted(clinic.resources, key=lambda one: (ORDER.index(one.kind), *as_counted(one.name))):
        if resource.active or resource.id in used:
            person = resource.staff_id if resource.kind is ResourceKind.NURSE_SEAT else None
            found.setdefault((resource.kind, person or resource.id), []).append(resource)
    rooms = {room.id: room for room in clinic.rooms}
    counted = [
        Lane(
            kind, tuple(seats), rooms.get(seats[0].room_id) if kind is ResourceKind.CHAIR and seats[0].room_id else None
        )
        for (kind, _), seats in found.items()
    ]
    first: dict[Room | None, int] = {}
    for number, lane in enumerate(counted):
        first.setdefault(lane.room, number)
    return sorted(counted, key=lambda lane: (ORDER.index(lane.kind), lane.room is None, first[lane.room]))


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a board shows of a day: whole hours of the clinic's clock."""

    start: datetime
    hours: int

    @classmethod
    def around(cls, shown: Sequence[Interval], day: date, zone: str) -> "Stretch":
        """All of these, from the full hour before the first of them; never shorter than LEAST, else never beyond the
        day."""
        if not shown:
            start, end = (_on_the_hour(day, hour, zone) for hour in USUAL)
        else:
            whole = whole_day(day, zone)
            start, end = (
                max(min(one.start for one in shown), whole.start),
                min(max(one.end for one in shown), whole.end),
            )
            shows = reads(start, zone)
            start -= timedelta(minutes=shows.minute, seconds=shows.second, microseconds=shows.microsecond)
        return cls(start, -(-max(end - start, LEAST) // HOUR))

    @property
    def during(self) -> Interval:
        return Interval(self.start, self.start + self.hours * HOUR)

    @property
    def full_hours(self) -> list[datetime]:
        return [self.start + number * HOUR for number in range(self.hours)]

    def step(self, at: datetime) -> int:
        """Which step an instant falls into, counted from 0; what lies outside is at the edge."""
        return min(max((at - self.start) // STEP, 0), self.hours * 12)

    def steps(self, during: Interval) -> tuple[int, int]:
        """In which step it begins, and how many it takes: at least one, or it could not be seen."""
        begins = min(self.step(during.start), self.hours * 12 - 1)
        return begins, max(self.step(during.end + STEP - timedelta(microseconds=1)) - begins, 1)


def _on_the_hour(day: date, hour: int, zone: str) -> datetime:
    shown = datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 - what a wall clock shows
    return (instants_when_reads(shown, zone) or instants_when_reads(shown + HOUR, zone))[0]


def gaps(covered: Sequence[Interval], whole: Interval) -> list[Interval]:
    """What of the whole is not covered. `covered` is in order and apart, such as opening hours."""
    edges = [whole.start, *(edge for one in covered for edge in (one.start, one.end)), whole.end]
    found = ((max(start, whole.start), min(end, whole.end)) for start, end in zip(edges[::2], edges[1::2], strict=True))
    return [Interval(start, end) for start, end in found if start < end]


def home(places: Iterable[Place], kinds: dict[UUID, ResourceKind]) -> Place | None:
    """Where an appointment is drawn whole: on its chair; without one with its clinician. None where it has no place."""
    return min(places, key=lambda one: (ORDER.index(kinds[one.resource_id]), one.during.start), default=None)


@dataclass(frozen=True, slots=True)
class Load:
    """How many seats of a nurse are taken at most, for as long as that does not change."""

    during: Interval
    taken: int


def loads(seated: Sequence[Interval], stretch: Stretch) -> list[Load]:
    """Of what takes the seats of one nurse, half hour by half hour; where none is taken there is nothing."""
    found: list[Load] = []
    for number in range(stretch.hours * 2):
        half = Interval(stretch.start + number * HALF, stretch.start + (number + 1) * HALF)
        taken = _most_at_once([one for one in seated if one.overlaps(half)], half)
        if found and found[-1].taken == taken and found[-1].during.end == half.start:
            found[-1] = Load(Interval(found[-1].during.start, half.end), taken)
        elif taken:
            found.append(Load(half, taken))
    return found


def _most_at_once(taken: Sequence[Interval], within: Interval) -> int:
    moments = {within.start, *(one.start for one in taken if one.start > within.start)}
    return max(sum(one.start <= at < one.end for one in taken) for at in moments)


def drawn_over(places: Sequence[Place]) -> set[UUID]:
    """Appointments of one lane that overlap another there: what was missed, and who came in its place."""
    inside = sorted(places, key=lambda one: one.during)
    return {
        id_
        for one, other in pairwise(inside)
        if one.during.overlaps(other.during)
        for id_ in (one.appointment_id, other.appointment_id)
    }
