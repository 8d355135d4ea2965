"""Infusion sessions, as scheduling tells them."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent
from shared.events.values import AppointmentTime, DecidedBy


class SessionEvent(PatientEvent):
    session_id: UUID
    course_id: UUID | None = None
    number: int | None = None
    """Which infusion of its course, from 1."""
    by: DecidedBy
    appointment: AppointmentTime


class SessionScheduled(SessionEvent, topic="session-scheduled", kind=Kind.STATE):
    """An infusion has a time, a chair, a nurse's seat and a prescriber."""


class SessionCancelled(SessionEvent, topic="session-cancelled", kind=Kind.STATE):
    """It will not take place."""


class SessionMissed(SessionEvent, topic="session-missed", kind=Kind.STATE):
    """The patient did not come."""


class Outcome(StrEnum):
    FULL = "full"
    STOPPED_EARLY = "stopped-early"
    TRANSFERRED = "transferred"


class Severity(StrEnum):
    """The worst side effect seen."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class SessionCompleted(PatientEvent, topic="session-completed", kind=Kind.FACT):
    """Said exactly once for every session that was started, when the patient has left."""

    session_id: UUID
    appointment_id: UUID
    course_id: UUID | None = None
    number: int | None = None
    started_at: AwareDatetime
    ended_at: AwareDatetime
    outcome: Outcome
    worst_severity: Severity
    dose_mg: float | None = None
    protocol_version: str | None = None
