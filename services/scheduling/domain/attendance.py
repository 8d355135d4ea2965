"""What patients answer when they are asked whether they come."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.clinic import Purpose
from shared.ids import uuid7


class NotAnswered(Exception):
    """Something that must be known before this visit was left out: `asked` names what, in the order of the page."""

    def __init__(self, *asked: str) -> None:
        super().__init__("Not everything that is asked was answered.")
        self.asked = asked


class AttendanceLinkUnknown(LookupError):
    """No link of ours has this token."""


@dataclass(frozen=True, slots=True)
class Answer:
    """They come. `fasting_understood` and `has_escort` are asked before a session alone; before a consultation nobody
    fasts, and everybody may drive home."""

    fasting_understood: bool | None = None
    has_escort: bool | None = None

    @classmethod
    def to(cls, purpose: Purpose, *, fasting_understood: bool = False, has_escort: bool | None = None) -> "Answer":
        """Who has nobody yet that takes them home comes all the same, and has time to find somebody. Raises NotAnswered."""
        if purpose is not Purpose.SESSION:
            return cls()
        missing = [] if fasting_understood else ["fasting"]
        missing += [] if has_escort is not None else ["escort"]
        if missing:
            raise NotAnswered(*missing)
        return cls(fasting_understood, has_escort)


@dataclass(frozen=True, slots=True)
class Attendance:
    """One answer: a fact of its own. It is about the appointment at this `revision`: at another time they are asked anew."""

    appointment_id: UUID
    revision: int
    answer: Answer
    said_at: datetime
    id: UUID = field(default_factory=uuid7)
    version: int = 1
