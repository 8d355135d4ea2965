"""What one questionnaire came to, as intake tells it. Scheduling computes none of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ScaleTotal:
    """`scale` and `band` are codes. `total` is None when too much was left out."""

    completion_id: UUID
    clinic_id: UUID
    patient_id: UUID
    questionnaire_id: UUID | None
    session_id: UUID | None
    course_id: UUID | None
    request_id: UUID | None
    scale: str
    total: int | None
    band: str | None
    item_9_above_zero: bool | None
    completed_at: datetime
