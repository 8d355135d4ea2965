"""What a calendar is told of an appointment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One state of one appointment. Title and outside name are neutral; nothing here may hint at a treatment."""

    appointment_id: UUID
    revision: int
    method: Method
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    outside_name: str
    address: str
    organizer_email: str
    attendee_email: str
    stamped_at: datetime

    @property
    def uid(self) -> str:
        """The same for every state of the appointment, so that calendars update what they have."""
        return f"{self.appointment_id}@chairside"
