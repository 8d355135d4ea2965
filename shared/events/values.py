"""Values that several events share."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Value


class DecidedBy(StrEnum):
    """Who made it so. A reaction never says again what it heard, and this is how it can tell."""

    PATIENT = "patient"
    STAFF = "staff"
    SYSTEM = "system"


class Disposition(StrEnum):
    """What scheduling may do with a request."""

    BOOK = "book"
    AWAIT = "await"


class AwaitReason(StrEnum):
    """Why staff look before anything is booked. Never what was answered."""

    SHARE = "share"
    """More requests than one contact's fair share: nothing is written to the address until staff have looked."""
    SCREENING = "screening"
    """The clinic's own rules want a person to look at an answer."""


class DeclineLetter(StrEnum):
    """What a patient whose request is declined is told. Why it is declined stays with the clinic."""

    GENERAL = "general"
    NOT_NOW = "not-now"
    OTHER_CARE = "other-care"
    """Other care comes first."""
    OWN_WISH = "own-wish"
    """The patient asked that it ends."""
    OUTSIDE = "outside"
    """It is outside of what the clinic treats."""


class Urgency(StrEnum):
    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class DayPart(StrEnum):
    """Morning ends at 12:00, afternoon at 17:00, on the clinic's wall clock."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Wishes(Value):
    """When the patient would like to come. Nothing named means any time; a wish orders slots, it excludes none."""

    weekdays: tuple[Weekday, ...] = ()
    day_parts: tuple[DayPart, ...] = ()
    not_before: datetime | None = None


class ContactEnvelope(Value):
    """Name, channels, language, zone, consents and links, sealed under the patient's key.

    `sealed` is base64 of the ciphertext. Receivers keep it sealed, and replace it only by a newer `person_version`.
    """

    sealed: str
    person_version: int


class LinkTo(StrEnum):
    """What a link in a contact envelope leads to: the keys of its `links`."""

    REQUEST = "request"
    """The patient's own page of a request that was sent."""
    UNFINISHED_REQUEST = "unfinished-request"
    """A request that was begun, to go on with it."""
    QUESTIONS = "questions"
    """Just the questions that staff have asked."""
    QUESTIONNAIRE = "questionnaire"


class AppointmentTime(Value):
    """One appointment as the others need to know it. The revision rises with every change that a patient would notice."""

    appointment_id: UUID
    revision: int
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    local_start: datetime
    """Wall clock at the clinic, without offset: what was promised, whatever later happens to the zone's rules."""
    clinician_id: UUID | None = None
