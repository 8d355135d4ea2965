"""A time that is kept for a patient whose booked one the clinic's day has no place for, until they have answered."""

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

    @property
    def open(self) -> bool:
        return self.state is OfferState.OPEN

    @property
    def during(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)

    def is_about(self, appointment: Appointment) -> bool:
        """Nothing has happened to it since that the patient would notice."""
        return appointment.state is AppointmentState.BOOKED and appointment.revision == self.revision
