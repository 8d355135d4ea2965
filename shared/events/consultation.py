"""A consultation's appointment, as scheduling tells it: each event carries the whole public state."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent
from shared.events.values import AppointmentTime, DecidedBy


class ConsultationEvent(PatientEvent):
    consultation_id: UUID
    request_id: UUID
    reference: str
    by: DecidedBy


class ConsultationScheduled(ConsultationEvent, topic="consultation-scheduled", kind=Kind.STATE):
    """A time is booked."""

    appointment: AppointmentTime
    instead_of: AwareDatetime | None = None
    """The time that the patient had chosen themselves, and that others have now."""


class ConsultationCancelled(ConsultationEvent, topic="consultation-cancelled", kind=Kind.STATE):
    """It will not take place. Without an appointment when it was given up before a time was found."""

    appointment: AppointmentTime | None


class ConsultationMissed(ConsultationEvent, topic="consultation-missed", kind=Kind.STATE):
    """The patient did not come."""

    appointment: AppointmentTime


class ConsultationDecision(StrEnum):
    """What came of a consultation. Why, and what was noted, stays with whoever treats the patient."""

    SUITABLE = "suitable"
    NOT_SUITABLE = "not-suitable"
    MORE_INFORMATION = "more-information"


class ConsultationCompleted(ConsultationEvent, topic="consultation-completed", kind=Kind.STATE):
    """It took place, and the clinician has decided; said again when they decide anew."""

    appointment: AppointmentTime
    decision: ConsultationDecision
    decided_at: AwareDatetime
    amended: bool = False
    """Another decision had been said before this one."""


class LateBecause(StrEnum):
    """Why somebody is not seen in time."""

    UNDECIDED = "undecided"
    """Staff have not decided on the request."""
    NO_TIME = "no-time"
    BOOKED_LATER = "booked-later"
    MISSED = "missed"
    """They did not come, and have no other time."""
    NOT_RECORDED = "not-recorded"
    """The time of their appointment is over, and nobody has said whether they were seen."""


class ConsultationLate(PatientEvent, topic="consultation-late", kind=Kind.FACT):
    """Somebody must be seen sooner than there is a time for them, or should have been seen by now; said again, at a bounded
    rhythm, until they are or staff give the deadline up.

    It is over with any later state of the consultation than `consultation_version`, and overtaken by a later one of these.
    """

    late_id: UUID
    consultation_id: UUID
    consultation_version: int
    request_id: UUID
    reference: str
    due_by: AwareDatetime
    starts_at: AwareDatetime | None
    """None while no time is booked."""
    nearest: tuple[AwareDatetime, ...] = ()
    """What staff could have given at that moment."""
    because: LateBecause | None = None
    """Older records leave it out: then `starts_at` says it."""
    said_before: int = 0
    """How often staff have heard of this consultation before."""


class DeadlineGivenUp(PatientEvent, topic="deadline-given-up", kind=Kind.FACT):
    """Nobody needs to keep this deadline of a consultation any more: a clinician has said why. What was said of its being late
    is over, whenever it is heard; a nearer deadline, of a graver risk, counts as before."""

    given_up_id: UUID
    consultation_id: UUID
    request_id: UUID
    due_by: AwareDatetime
    because: str
    """A code."""
    given_up_at: AwareDatetime


class ChangeLinkAsked(PatientEvent, topic="change-link-asked", kind=Kind.FACT):
    """The link with which the patient changes their appointment has ended, and they want another one.

    It stands in no event: whoever writes to the patient asks scheduling for it, at the last moment.
    """

    ask_id: UUID
    request_id: UUID
    asked_at: AwareDatetime


class SlotOffered(PatientEvent, topic="slot-offered", kind=Kind.FACT):
    """A free time is offered to somebody who waits. The link to answer stands in no event, as with `change-link-asked`."""

    offer_id: UUID
    consultation_id: UUID
    request_id: UUID
    reference: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    local_start: datetime
    """Wall clock at the clinic, without offset."""
    shared: bool
    """Others are asked for the same time, and whoever says yes first has it."""
    offered_at: AwareDatetime
    answer_by: AwareDatetime


class ConsultationWaitlisted(ConsultationEvent, topic="consultation-waitlisted", kind=Kind.STATE):
    """No time fits yet; the patient stands on the waiting list."""

    instead_of: AwareDatetime | None = None
    """The time that the patient had chosen themselves, and that others have now."""
