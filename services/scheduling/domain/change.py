"""What a patient may change about an appointment by themselves, and why sometimes not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.clinic import Clinic

MOST_MOVES = 6
"""Of one appointment, without staff. Each writes to the patient, and whoever has typed a stranger's address must not."""
MOST_TRIES = 5
MAILED_LIFE = timedelta(days=14)
LED_HERE_LIFE = timedelta(hours=2)
"""Of a link to which the patient's own page leads: it makes a new one each time."""
RENEWALS_A_DAY = 6


class NothingToChange(LookupError):
    """There is no appointment that lies ahead: none was booked, it is over, or it was cancelled."""


class ChangedMeanwhile(Exception):
    """The appointment is not any more what the page had shown."""


class CannotBeKept(Exception):
    """The patient was told that the clinic has no place for this time any more, and has no other one yet."""


class TooLateToMove(Exception):
    """The clinic wants to know earlier."""


class TooManyMoves(Exception):
    """It was moved often; from now on staff help."""


class PatientReason(StrEnum):
    """Why a patient cancels, if they say so. Codes: what staff have to know they hear by telephone."""

    TIME = "time-does-not-suit"
    UNWELL = "patient-unwell"
    ELSEWHERE = "found-other-help"
    NOT_NOW = "not-now"


def must_be_as_seen(appointment: Appointment | None, revision: int, now: datetime) -> Appointment:
    """The appointment, if it is the one the patient has looked at. Raises NothingToChange, ChangedMeanwhile."""
    if appointment is None or appointment.state is not AppointmentState.BOOKED or appointment.starts_at <= now:
        raise NothingToChange
    if appointment.revision != revision:
        raise ChangedMeanwhile
    return appointment


def must_be_movable(appointment: Appointment, clinic: Clinic, now: datetime) -> None:
    """Raises TooLateToMove, TooManyMoves."""
    if now > appointment.starts_at - clinic.change_notice:
        raise TooLateToMove
    if appointment.revision > MOST_MOVES:
        raise TooManyMoves


class ChangeLinkUnknown(LookupError):
    """No link of ours has this token."""


@dataclass(frozen=True, slots=True)
class ChangeLink:
    """Opens the page that changes one consultation's appointment. `mailed`: it went out in a letter."""

    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    mailed: bool
    expires_at: datetime
    wrong_tries: int = 0
    renewed_at: datetime | None = None

    def open_at(self, now: datetime) -> bool:
        """Until its end, unless too many have said a wrong date of birth."""
        return now < self.expires_at and self.wrong_tries < MOST_TRIES


@dataclass(frozen=True, slots=True)
class LinkAsk:
    """Somebody asked once for a new link: a fact of its own."""

    id: UUID
    version: int = 1
