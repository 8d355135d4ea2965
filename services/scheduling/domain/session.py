"""One infusion session, from its booking to the record of what happened."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.session_record import SessionRecord
from shared.ids import uuid7


class SessionState(StrEnum):
    BOOKED = "booked"
    CHECKED_IN = "checked-in"
    CLEARED = "cleared"
    INFUSING = "infusing"
    PAUSED = "paused"
    RECOVERING = "recovering"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    MISSED = "missed"
    REFUSED = "refused"
    """Stopped at the start gate."""


class CancelReason(StrEnum):
    """Why staff cancelled. Codes only: free text about a patient has no place in a calendar."""

    PATIENT_ASKED = "patient-asked"
    PATIENT_UNWELL = "patient-unwell"
    STAFF_AWAY = "staff-away"
    EQUIPMENT = "equipment"
    BOOKED_BY_MISTAKE = "booked-by-mistake"


class AmendReason(StrEnum):
    """Why a record was corrected. Codes only, as above."""

    MISTYPED = "mistyped"
    PAPER_SAYS_OTHERWISE = "paper-says-otherwise"
    KNOWN_LATER = "known-later"


class SessionAlreadyRecorded(Exception):
    """The record of this session says something else. It is kept; this form changed nothing."""


class SessionNotBooked(Exception):
    """Only a session that is still booked can be recorded or cancelled."""

    def __init__(self, state: SessionState) -> None:
        super().__init__(f"This session is {state.value}.")
        self.state = state


class SessionNotRecorded(Exception):
    """Only what was recorded can be corrected."""


class RecordChanged(Exception):
    """Somebody else has corrected the record meanwhile. This form changed nothing."""


@dataclass(frozen=True, slots=True)
class Session:
    """`course_id` and `number` are empty for a session that was booked by hand, outside a course.

    `recorded_by`, `recorded_at` and `amended_because` are of the record as it stands; what it said before is kept too.
    """

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    state: SessionState
    prescriber_id: UUID
    version: int
    course_id: UUID | None = None
    number: int | None = None
    record: SessionRecord | None = None
    recorded_by: UUID | None = None
    recorded_at: datetime | None = None
    amended_because: AmendReason | None = None

    @classmethod
    def book(cls, *, clinic_id: UUID, patient_id: UUID, prescriber_id: UUID) -> "Session":
        return cls(uuid7(), clinic_id, patient_id, SessionState.BOOKED, prescriber_id, version=1)

    def complete(self, record: SessionRecord, *, by: UUID, now: datetime) -> "Session":
        """With the record of what happened. The same record again changes nothing.

        Raises SessionAlreadyRecorded when another record is there, SessionNotBooked.
        """
        if self.state is SessionState.COMPLETED:
            if record != self.record:
                raise SessionAlreadyRecorded("This session already has a record, and it says something else.")
            return self
        self._must_be_booked()
        return replace(
            self,
            state=SessionState.COMPLETED,
            record=record,
            recorded_by=by,
            recorded_at=now,
            version=self.version + 1,
        )

    def amend(
        self, record: SessionRecord, *, seen_version: int, because: AmendReason, by: UUID, now: datetime
    ) -> "Session":
        """With a corrected record; the record that is there already changes nothing.

        `seen_version` is of the session whose record was found wrong. Raises SessionNotRecorded, RecordChanged.
        """
        if self.record is None:
            raise SessionNotRecorded
        if record == self.record:
            return self
        if seen_version != self.version:
            raise RecordChanged
        return replace(
            self,
            record=record,
            recorded_by=by,
            recorded_at=now,
            amended_because=because,
            version=self.version + 1,
        )

    def miss(self) -> "Session":
        """The patient did not come. Raises SessionNotBooked."""
        if self.state is SessionState.MISSED:
            return self
        self._must_be_booked()
        return replace(self, state=SessionState.MISSED, version=self.version + 1)

    def move(self, prescriber_id: UUID) -> "Session":
        """At another time, or with another prescriber. Raises SessionNotBooked."""
        self._must_be_booked()
        return replace(self, prescriber_id=prescriber_id, version=self.version + 1)

    def cancel(self) -> "Session":
        """Cancelling twice changes nothing. Raises SessionNotBooked."""
        if self.state is SessionState.CANCELLED:
            return self
        self._must_be_booked()
        return replace(self, state=SessionState.CANCELLED, version=self.version + 1)

    def _must_be_booked(self) -> None:
        if self.state is not SessionState.BOOKED:
            raise SessionNotBooked(self.state)
