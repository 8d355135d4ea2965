"""A clinic as data: where it is, when it is open, what can be booked there, and what each kind of appointment needs."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.opening import OpeningHours


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
class Resource:
    """Whatever can be in one place only. `staff_id` names the person behind a clinician or a nurse's seat."""

    id: UUID
    kind: ResourceKind
    name: str
    staff_id: UUID | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One step of an appointment, such as 40 minutes of infusion."""

    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Need:
    """One resource of a kind, the same one from the first to the last of these parts (counted from 1)."""

    resource_kind: ResourceKind
    first_part: int
    last_part: int


@dataclass(frozen=True, slots=True)
class AppointmentKind:
    """The parts of an appointment one after another, and what must be there during which."""

    purpose: Purpose
    parts: tuple[Part, ...]
    needs: tuple[Need, ...]

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

    def kind(self, purpose: Purpose) -> AppointmentKind | None:
        """None where the clinic does not offer it."""
        return next((kind for kind in self.kinds if kind.purpose is purpose), None)

    def resource(self, resource_id: UUID) -> Resource:
        """Raises LookupError."""
        for resource in self.resources:
            if resource.id == resource_id:
                return resource
        raise LookupError(f"clinic {self.id} has no resource {resource_id}")

    def of_kind(self, kind: ResourceKind) -> list[Resource]:
        """What can be booked now, in the clinic's own order."""
        return [resource for resource in self.resources if resource.kind is kind and resource.active]
