"""Patients say that they come."""

from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent


class AttendanceConfirmed(PatientEvent, topic="attendance-confirmed", kind=Kind.FACT):
    """The patient comes at the time that they had before them: of this revision of the appointment, and of no later one.

    Said again only when something else is answered; the newest counts.
    """

    attendance_id: UUID
    appointment_id: UUID
    revision: int
    consultation_id: UUID | None
    session_id: UUID | None
    """One of the two is there."""
    fasting_understood: bool | None
    has_escort: bool | None
    """An adult takes them home. Who, stands in no event. Both are asked before a session alone."""
    said_at: AwareDatetime
