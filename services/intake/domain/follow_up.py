"""After an infusion somebody asks how the patient is: the next day, and staff see who is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.events.session import Outcome, Severity

DUE_AFTER = timedelta(hours=24)
"""The next-day check of the journey. A default until courses bring their protocol's own."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    session_id: UUID
    clinic_id: UUID
    patient_id: UUID
    ended_at: datetime
    outcome: Outcome
    worst_severity: Severity
    course_id: UUID | None = None
    done_at: datetime | None = None
    """When a member of staff had asked them."""

    @property
    def due_at(self) -> datetime:
        return self.ended_at + DUE_AFTER
