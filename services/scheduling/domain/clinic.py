"""A clinic as data: where it is, when it is open, what can be booked there, and what each kind of appointment needs."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import Closure, OpeningHours, open_intervals, open_over
from services.scheduling.domain.presence import Absence, Shift, away
from services.scheduling.domain.wall_clock import day_of

A_DAY = timedelta(hours=24)
_DIGITS = re.compile(r"(\d+)")


def as_counted(name: str) -> tuple[tuple[int, str], ...]:
    """To sort by: Chair 2 stands before Chair 10."""
    return tuple((int(piece), "") if piece.isdecimal() else (0, piece) for piece in _DIGITS.split(name))


class ResourceKind(StrEnum):
    CHAIR = "chair"
    CLINICIAN = "clinician"
    NURSE_SEAT = "nurse_seat"
    """One of the chairs a nurse can watch at a time: a nurse is as many seats as chairs."""

    @property
    def words(self) -> str:
        return self.value.replace("_", "’s ") if self is ResourceKind.NURSE_SEAT else self.value


class Purpose(StrEnum):
    """What an appointment is for: the name of its kind in the clinic's data."""

    CONSULTATION = "consultation"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Room:
    """Where chairs stand."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Resource:
    """Whatever can be in one place only. `staff_id` names the person behind a clinician or a nurse's seat."""

    id: UUID
    kind: ResourceKind
    name: str
    staff_id: UUID | None = None
    active: bool = True
    room_id: UUID | None = None
    out_of_role: bool = False
    """The staff directory knows the person behind it, and not as somebody who does this work."""

    @property
    def person(self) -> UUID:
        """Whose roster and qualifications count: all seats of a nurse are one person."""
        return self.staff_id or self.id

    @property
    def known_as(self) -> tuple[UUID | None, ...]:
        """Whose absence takes it away."""
        return self.id, self.staff_id, self.room_id


@dataclass(frozen=True, slots=True)
class Qualification:
    """Something that a person, or a chair, is known to be fit for."""

    of: UUID
    """As `Resource.person`."""
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """One step of an appointment, such as 40 minutes of infusion."""

    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Need:
    """One resource of a kind, the same one from the first to the last of these parts (counted from 1).

    A buffer is a part that the chair or the clinician is needed for, such as turnover (docs/decisions/0142).
    """

    resource_kind: ResourceKind
    first_part: int
    last_part: int
    qualification: str | None = None
    """Only who has it will do."""


@dataclass(frozen=True, slots=True)
class AppointmentKind:
    """The parts of an appointment one after another, and what must be there during which."""

    purpose: Purpose
    parts: tuple[Part, ...]
    needs: tuple[Need, ...]
    days_apart: int = 0
    """So many local calendar days lie between two of one patient, and then never under 24 hours: with 2, Monday 10:00 is
    followed by Wednesday 09:00 at the earliest. 0: it does not matter."""

    def too_close(self, one: datetime, other: datetime, zone: str) -> bool:
        """Whether two of one patient's that start then are nearer to each other than this kind allows."""
        if self.days_apart == 0:
            return False
        days = abs((day_of(one, zone) - day_of(other, zone)).days)
        return days < self.days_apart or abs(one - other) < A_DAY

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=sum(part.minutes for part in self.parts))

    def span(self, need: Need) -> tuple[timedelta, timedelta]:
        """From the appointment's start: when the need begins and when it ends."""
        before = sum(part.minutes for part in self.parts[: need.first_part - 1])
        until = sum(part.minutes for part in self.parts[: need.last_part])
        return timedelta(minutes=before), timedelta(minutes=until)


@dataclass(frozen=True, slots=True)
class Clinic:
    """Everything that decides which times can be offered, except what is already booked."""

    id: UUID
    name: str
    zone: str
    hours: tuple[OpeningHours, ...]
    resources: tuple[Resource, ...]
    kinds: tuple[AppointmentKind, ...]
    minimum_notice: timedelta = timedelta(hours=2)
    """How long before an appointment it may still be booked without staff."""
    horizon: timedelta = timedelta(days=28)
    """How far ahead times are given without staff."""
    change_notice: timedelta = timedelta(hours=2)
    """How long before an appointment its patient may still choose another time without staff."""
    rooms: tuple[Room, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    closures: tuple[Closure, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    version: int = field(default=0, compare=False)
    """Rises with every change of its data; 0 before it is set up."""

    def kind(self, purpose: Purpose) -> AppointmentKind | None:
        """None where the clinic does not offer it."""
        return next((kind for kind in self.kinds if kind.purpose is purpose), None)

    def resource(self, resource_id: UUID) -> Resource:
        """Raises LookupError."""
        for resource in self.resources:
            if resource.id == resource_id:
                return resource
        raise LookupError(f"clinic {self.id} has no resource {resource_id}")

    def open_on(self, day: date) -> list[Interval]:
        """When it is open on a local day, in UTC and in order."""
        return open_intervals(self.hours, self.zone, day, self.closures)

    def open_over(self, over: Interval) -> list[Interval]:
        """The same on all local days of a stretch, with what goes on over midnight as one."""
        return open_over(self.hours, self.zone, over, self.closures)

    def away(self, resource: Resource, over: Interval) -> tuple[Interval, ...]:
        """When it cannot serve though nothing is booked, in order and apart: at least all that touches `over`."""
        if not self.shifts and not self.absences:
            return ()
        return away(
            tuple(shift for shift in self.shifts if shift.of == resource.person),
            tuple(absence for absence in self.absences if absence.of in resource.known_as),
            self.zone,
            over,
        )

    def is_qualified(self, resource: Resource, name: str | None) -> bool:
        """In its role, and with what is asked for, if anything is."""
        return not resource.out_of_role and (
            name is None or Qualification(resource.person, name) in self.qualifications
        )

    def of_kind(self, kind: ResourceKind) -> list[Resource]:
        """What can be booked now, in the clinic's own order."""
        return [resource for resource in self.resources if resource.kind is kind and resource.active]
