"""Another time that is proposed for an appointment, as scheduling tells it."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent


class MoveProposed(PatientEvent, topic="move-proposed", kind=Kind.FACT):
    """The clinic's day has no place for a booked time any more, and the patient is asked whether they take another, which is
    kept for them. The link to answer stands in no event, as with `slot-offered`."""

    offer_id: UUID
    appointment_id: UUID
    revision: int
    """Of the appointment that would move: with a later one the question is over."""
    request_id: UUID | None = None
    """Of a consultation."""
    instead_of: AwareDatetime
    """When it is booked, and cannot take place."""
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    local_start: datetime
    """Wall clock at the clinic, without offset."""
    offered_at: AwareDatetime
    answer_by: AwareDatetime


class MoveWithdrawn(PatientEvent, topic="move-withdrawn", kind=Kind.FACT):
    """The clinic's day has its place for the booked time again: the patient was told that it cannot be kept, and is told once
    that it stays. Whatever they had answered, nothing is asked of them any more."""

    withdrawn_id: UUID
    offer_id: UUID
    """Of the question that was asked last."""
    appointment_id: UUID
    revision: int
    """Of the appointment: with a later one there is nothing to say."""
    request_id: UUID | None = None
    """Of a consultation."""
    starts_at: AwareDatetime
    """When it is booked, and stays."""
    ends_at: AwareDatetime
    zone: str
    local_start: datetime
    """Wall clock at the clinic, without offset."""
    withdrawn_at: AwareDatetime
