"""Risk to a patient's life, from the moment it is seen until somebody answers."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent


class RiskLevel(StrEnum):
    UNASSESSED = "unassessed"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class SeenIn(StrEnum):
    """Where the risk was seen."""

    REQUEST = "request"
    QUESTIONNAIRE = "questionnaire"
    SESSION = "session"


class RiskRaised(PatientEvent, topic="risk-raised", kind=Kind.FACT, safety=True):
    """Somebody may be in danger. Heard at once, day or night, ahead of everything else."""

    risk_id: UUID
    level: RiskLevel
    seen_in: SeenIn
    request_id: UUID | None = None
    reference: str | None = None
    raised_at: AwareDatetime


class AlertAcknowledged(PatientEvent, topic="alert-acknowledged", kind=Kind.FACT, safety=True):
    """A member of staff took an alert upon themselves."""

    alert_id: UUID
    """The `risk_id` or the session alert's id."""
    staff_id: UUID
    acknowledged_at: AwareDatetime
    channel: str
