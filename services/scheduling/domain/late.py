"""A deadline that has passed: why nobody has been seen, and why nobody needs to be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.consultation import ConsultationState
from shared.events.consultation import LateBecause

NOT_RECORDED_AFTER = timedelta(hours=4)
"""After the end of an appointment of which nobody has said what came of it."""

_NOT_BOOKED = {
    ConsultationState.AWAITING: LateBecause.UNDECIDED,
    ConsultationState.WAITLISTED: LateBecause.NO_TIME,
    ConsultationState.MISSED: LateBecause.MISSED,
}


@dataclass(frozen=True, slots=True)
class Late:
    """Staff were told once that somebody must be seen sooner: a fact of its own."""

    id: UUID
    version: int = 1


class GivenUpBecause(StrEnum):
    """Why nobody needs to keep a deadline any more."""

    SEEN_ELSEWHERE = "seen-elsewhere"
    LATER_AGREED = "later-agreed"
    NOT_REACHED = "not-reached"
    ASSESSED_ANEW = "assessed-anew"


@dataclass(frozen=True, slots=True)
class DeadlineGivenUp:
    """Others were told that nobody needs to keep a deadline any more: a fact of its own."""

    id: UUID
    version: int = 1


class DeadlineChanged(Exception):
    """The consultation has another deadline than the page showed."""


def look_at_passed(
    state: ConsultationState, appointment: Appointment | None, now: datetime
) -> LateBecause | datetime | None:
    """Why nobody has been seen, once the deadline has passed; when that can be said, while an appointment may be taking place
    with nobody at a keyboard; None when they are there, or have been."""
    if state is not ConsultationState.BOOKED:
        return _NOT_BOOKED.get(state)
    if appointment is None or appointment.state in {AppointmentState.CANCELLED, AppointmentState.MISSED}:
        return LateBecause.NO_TIME
    if appointment.state is not AppointmentState.BOOKED:
        return None
    if appointment.starts_at > now:
        return LateBecause.BOOKED_LATER
    recorded_by = appointment.ends_at + NOT_RECORDED_AFTER
    return LateBecause.NOT_RECORDED if now >= recorded_by else recorded_by
