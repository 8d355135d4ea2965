"""The line in which staff look through requests: which one comes first, and what narrows it."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from services.intake.domain.reasons import Reason
from shared.events.values import DecidedBy, Urgency


class View(StrEnum):
    """`open`: somebody still has to come; also any risk that nobody has taken, whatever became of the request."""

    OPEN = "open"
    DECIDE = "decide"
    WAITLISTED = "waitlisted"
    SCHEDULED = "scheduled"
    CLOSED = "closed"
    UNSENT = "unsent"


class Place(IntEnum):
    """In the order of the line. Within a place the more urgent comes first, then who has waited longest; of those who
    have a time, who comes next.
    """

    AT_RISK = 0
    DECIDE = 1
    ASKED = 2
    """Staff have asked for more, and wait for the patient."""
    BOOKING = 3
    WAITLISTED = 4
    SCHEDULED = 5
    TIME_PASSED = 6
    CLOSED = 7


class Reach(StrEnum):
    MESSAGES = "messages"
    PHONE = "phone"
    """No message may be sent: somebody dials."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """None narrows nothing. What somebody seeks help for is sealed, so a reason is looked for in a bounded number."""

    reason: Reason | None = None
    urgency: Urgency | None = None
    reach: Reach | None = None
    entered_by: DecidedBy | None = None

    @property
    def any(self) -> bool:
        return any((self.reason, self.urgency, self.reach, self.entered_by))
