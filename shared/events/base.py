"""What every event has: a topic, a version, a kind, and the key that keeps one patient's events in order."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Kind(StrEnum):
    """How consumers treat an event (Kafka gives no order between topics)."""

    STATE = "state"
    """The thing's whole public state after the change: upsert `where version < new`."""
    FACT = "fact"
    """Happened once: stored under its own id whatever versions were seen."""


class Value(BaseModel):
    """A frozen part of an event. Unknown fields are ignored, so that a newer minor version can be read."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Event(Value):
    """Something that happened at a clinic.

    Subclasses name their topic: `class ConsultationRequested(Event, topic="consultation-requested", kind=Kind.STATE)`.
    `version` is the major version: it rises only with a change that older consumers cannot read.
    """

    topic: ClassVar[str] = ""
    version: ClassVar[int] = 1
    kind: ClassVar[Kind]
    safety: ClassVar[bool] = False
    """True for what must never queue behind anything else: it leaves the outbox first, and its subscribers stand apart,
    with small batches. Only facts: they stand alone, so one may overtake what was said before it."""

    clinic_id: UUID

    def __init_subclass__(
        cls, *, topic: str = "", kind: Kind = Kind.STATE, version: int = 1, safety: bool = False, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if safety and kind is not Kind.FACT:
            raise TypeError(f"{cls.__name__} overtakes other events, which only a fact may do")
        cls.topic, cls.version, cls.kind, cls.safety = topic, version, kind, safety

    @classmethod
    def type_name(cls) -> str:
        """CloudEvents `type`, such as `consultation-requested.v1`."""
        return f"{cls.topic}.v{cls.version}"

    @property
    def partition_key(self) -> str:
        """Clinic first, so that a clinic can move to a cluster of its own; then whom the event is about."""
        raise TypeError(f"{type(self).__name__} does not say whom it is about")


class PatientEvent(Event):
    """An event about one patient, known to the others only by a pseudonym."""

    patient_id: UUID

    @property
    def partition_key(self) -> str:
        return f"{self.clinic_id}/{self.patient_id}"


class StaffEvent(Event):
    """An event about a member of staff."""

    staff_id: UUID

    @property
    def partition_key(self) -> str:
        return f"{self.clinic_id}/{self.staff_id}"
