"""Questionnaires between visits, as intake tells them. No answers are in here: totals and bands."""

from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent
from shared.events.values import ContactEnvelope


class ScalesDue(PatientEvent, topic="scales-due", kind=Kind.FACT):
    """A questionnaire waits for the patient behind a link of its own. Which scales it asks is nobody's business here."""

    questionnaire_id: UUID
    session_id: UUID | None = None
    course_id: UUID | None = None
    contact: ContactEnvelope
    """Its link is this questionnaire's; where to write to is in the patient's newest envelope."""
    due_at: AwareDatetime
    """When the patient is asked; not before."""
    expires_at: AwareDatetime
    """When the link ends."""


class QuestionnaireCompleted(PatientEvent, topic="questionnaire-completed", kind=Kind.FACT):
    """One scale was answered: by the patient, or by staff who entered a total."""

    completion_id: UUID
    questionnaire_id: UUID | None = None
    """Whose link was used; None for a scale within a request, or one that staff entered."""
    finished: bool = True
    """False while other scales of the same questionnaire are still open."""
    session_id: UUID | None = None
    course_id: UUID | None = None
    request_id: UUID | None = None
    scale: str
    """A code such as `phq-9`. Text, so that a scale of tomorrow can be read today."""
    total: int | None
    """None when too much was left out for a total."""
    band: str | None = None
    item_9_above_zero: bool | None = None
    """Only of the PHQ-9; None when it was not answered. The alarm itself is `risk-raised`, which never waits for this."""
    completed_at: AwareDatetime
