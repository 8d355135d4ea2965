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
    reachable: bool


@dataclass(frozen=True, slots=True)
class RequestHeard:
    """`asked_at` as long as the patient has not answered, `answered_at` as long as staff have not decided."""

    request_id: UUID
    clinic_id: UUID
    patient_id: UUID
    reference: str
    disposition: str
    urgency: str
    reachable: bool
    wishes: dict[str, object]
    requested_at: datetime
    decided_by: str
    sealed: str
    person_version: int
    version: int
    awaits: str | None = None
    withdrawn_at: datetime | None = None
    declined_at: datetime | None = None
    letter: str = ""
    asked_at: datetime | None = None
    ask_expires_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def calls(self) -> bool:
        """Whether staff must look: not at what they have just done themselves."""
        return self.declined_at is None and self.asked_at is None


@dataclass(frozen=True, slots=True)
class ConsultationHeard:
    """`state`: scheduled, waitlisted, cancelled, missed or completed. `instead_of`: the time that the patient had chosen, and
    others have. `decision`: what the clinician decided when it took place; `amended` when they had decided otherwise
    before."""

    consultation_id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    reference: str
    state: str
    appointment_id: UUID | None
    decided_by: str
    version: int
    instead_of: datetime | None = None
    decision: str | None = None
    amended: bool = False


@dataclass(frozen=True, slots=True)
class ConsultationEnded:
    """Of an appointment that took place: nothing is promised of it any more."""

    consultation_id: UUID
    clinic_id: UUID
    patient_id: UUID
    appointment_id: UUID
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class LateHeard:
    """Over with any later state of the consultation than `consultation_version`, and with a later one of these."""

    late_id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    consultation_version: int
    due_by: datetime
    starts_at: datetime | None
    nearest: tuple[datetime, ...]
    said_at: datetime
    because: str = ""
    said_before: int = 0


@dataclass(frozen=True, slots=True)
class DeadlineGivenUpHeard:
    """What is heard of this deadline's passing is over, before and afterwards."""

    clinic_id: UUID
    request_id: UUID
    due_by: datetime


@dataclass(frozen=True, slots=True)
class AppointmentHeard:
    """`kind`: consultation or session. `state`: booked, cancelled or missed. `about_id`: the consultation or the session."""

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


@dataclass(frozen=True, slots=True)
class PauseHeard:
    """Somebody wants to go on with a request later. `sealed` holds the link, and the address to send it to."""

    pause_id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    sealed: str
    person_version: int
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionnaireDue:
    """`sealed` holds the link; where to send it is in the patient's newest contact."""

    questionnaire_id: UUID
    clinic_id: UUID
    patient_id: UUID
    session_id: UUID | None
    sealed: str
    person_version: int
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionnaireFinished:
    questionnaire_id: UUID
    clinic_id: UUID
    patient_id: UUID
    session_id: UUID | None
    finished_at: datetime
