"""A time that is kept for a while for somebody who is still asking, and how many anybody may have kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.consultation import Request

WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hold:
    """The time that a request has chosen. `appointment_id` and `kept_until` are None when it is not kept any more."""

    id: UUID
    clinic_id: UUID
    request_id: UUID
    patient_id: UUID
    starts_at: datetime
    ends_at: datetime
    appointment_id: UUID | None = None
    kept_until: datetime | None = None

    def is_of(self, request: Request) -> bool:
        """Whether the request names it, and is the one that it was taken for."""
        return (self.id, self.request_id, self.patient_id) == (request.hold_id, request.id, request.patient_id)

    def is_kept(self, now: datetime) -> bool:
        return self.kept_until is not None and now < self.kept_until


@dataclass(frozen=True, slots=True)
class HoldRules:
    """`length` is how long a time is kept. One contact may have so many kept at once, and take so many in a WINDOW.

    Moving to another time counts as taking one: nobody keeps a time all day.
    """

    length: timedelta
    at_once: int
    in_window: int
