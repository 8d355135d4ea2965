"""A risk alert: raised, then taken by a person."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Alert:
    id: UUID
    clinic_id: UUID
    patient_id: UUID
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    version: int

    def acknowledged(self, by: UUID, now: datetime) -> "Alert":
        """Whoever is first takes it; a second acknowledgement changes nothing."""
        if self.acknowledged_at is not None:
            return self
        return replace(self, acknowledged_at=now, acknowledged_by=by, version=self.version + 1)
