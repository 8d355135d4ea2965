"""A time that is kept for a patient whose booked one the clinic's day has no place for, until they have answered; and what
is left of that question as long as the booked time cannot be kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slot_offer import OfferState


@dataclass(frozen=True, slots=True)
class AskedMove:
    """`appointment_id` would move, from the time it had at `revision`; `held_id` is the appointment that keeps the other
    time, and is gone once that is over. `clinician_id` is a resource."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    appointment_id: UUID
    revision: int
    held_id: UUID | None
    clinician_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    asked_at: datetime
    asked_by: UUID
    """Staff id."""
    answer_by: datetime
    state: OfferState = OfferState.OPEN
    answered_at: datetime | None = None
    answered_by: UUID | None = None
    """Staff id, where the patient said it by telephone."""
    version: int = 1
    withdrawn: bool = False
    """The clinic can keep the booked time after all, and the patient was told."""

    @property
    def open(self) -> bool:
        return self.state is OfferState.OPEN

    @property
    def during(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)

    def is_about(self, appointment: Appointment) -> bool:
        """Nothing has happened to it since that the patient would notice."""
        return appointment.state is AppointmentState.BOOKED and appointment.revision == self.revision


@dataclass(frozen=True, slots=True)
class Question:
    """What the patient of a booked appointment was told last about its time: that it cannot be kept, and that another one
    was kept for them. Whatever they answered, it stands until the appointment moves, or they are told that it stays."""

    id: UUID
    state: OfferState
    starts_at: datetime
    ends_at: datetime
    answer_by: datetime

    @property
    def open(self) -> bool:
        return self.state is OfferState.OPEN


@dataclass(frozen=True, slots=True)
class WithdrawnMove:
    """A patient was told once that their time stays: a fact of its own."""

    id: UUID
    version: int = 1
