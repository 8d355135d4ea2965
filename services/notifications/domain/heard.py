"""What this service knows of other services' things: their newest state that was heard, never a decision of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ContactHeard:
    """How to reach a patient, still sealed."""

    patient_id: UUID
    clinic_id: UUID
    sealed: str
    person_version: int


@dataclass(frozen=True, slots=True)
class RequestHeard:
    request_id: UUID
    clinic_id: UUID
    patient_id: UUID
    reference: str
    disposition: str
    urgency: str
    reachable: bool
    wishes: dict[str, object]
    requested_at: datetime
    withdrawn_at: datetime | None
    decided_by: str
    sealed: str
    person_version: int
    version: int


@dataclass(frozen=True, slots=True)
class ConsultationHeard:
    """`state`: scheduled, waitlisted or cancelled."""

    consultation_id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    reference: str
    state: str
    appointment_id: UUID | None
    decided_by: str
    version: int


@dataclass(frozen=True, slots=True)
class AppointmentHeard:
    """`kind`: consultation or session. `state`: booked or cancelled. `about_id`: the consultation or the session."""

    appointment_id: UUID
    clinic_id: UUID
    patient_id: UUID
    kind: str
    about_id: UUID
    request_id: UUID | None
    revision: int
    state: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    local_start: datetime
    decided_by: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    session_id: UUID
    clinic_id: UUID
    patient_id: UUID
    appointment_id: UUID
    number: int | None
    started_at: datetime
    ended_at: datetime
    outcome: str
    worst_severity: str


@dataclass(frozen=True, slots=True)
class RiskHeard:
    risk_id: UUID
    clinic_id: UUID
    patient_id: UUID
    level: str
    seen_in: str
    request_id: UUID | None
    reference: str | None
    raised_at: datetime
