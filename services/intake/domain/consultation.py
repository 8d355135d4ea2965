"""What scheduling has said about a request's consultation, and where that leaves the request."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest
from shared.events.consultation import ConsultationDecision


class ConsultationState(StrEnum):
    """As scheduling's events tell it."""

    SCHEDULED = "scheduled"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    MISSED = "missed"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time at the clinic. `zone` is where the wall clock `local_start` was promised."""

    id: UUID
    revision: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    local_start: datetime
    clinician_id: UUID | None

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


_BEGUN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Consultation:
    """The newest that was heard. `version` is scheduling's, and only ever compared with scheduling's."""

    request_id: UUID
    clinic_id: UUID
    consultation_id: UUID
    version: int
    state: ConsultationState
    appointment: Appointment | None
    decision: ConsultationDecision | None = None
    """What the clinician decided, once it took place."""

    @property
    def begins_at(self) -> datetime | None:
        """When it begins, while it is booked. What took place has begun, also before its planned time."""
        if self.state is ConsultationState.COMPLETED:
            return _BEGUN
        booked = self.state is ConsultationState.SCHEDULED and self.appointment
        return booked.starts_at if booked else None


class Standing(StrEnum):
    """Where a request stands, as patients and staff are told."""

    RECEIVED = "received"
    SCHEDULED = "scheduled"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    MISSED = "missed"
    SUITABLE = "suitable"
    NOT_SUITABLE = "not-suitable"
    MORE_INFORMATION = "more-information"
    """What a clinician decided, once they have met."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def standing_of(request: ConsultationRequest, consultation: Consultation | None) -> Standing:
    """What a clinician has decided stands; else a request that is over stays so, whatever scheduling said before it heard
    of it."""
    if consultation and consultation.decision:
        return Standing(consultation.decision)
    if request.withdrawal:
        return Standing.WITHDRAWN
    if request.decline:
        return Standing.DECLINED
    return Standing(consultation.state) if consultation else Standing.RECEIVED


def can_be_withdrawn(request: ConsultationRequest, consultation: Consultation | None, now: datetime) -> bool:
    """Whether to offer it, or to decline. `ConsultationRequest` decides."""
    begins_at = consultation.begins_at if consultation else None
    return not request.over and (begins_at is None or now < begins_at)
