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
