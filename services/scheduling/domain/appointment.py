"""An appointment: one time, promised to one patient, and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.on_its_day import must_be_its_day
from services.scheduling.domain.slots import Candidate
from services.scheduling.domain.wall_clock import day_of, reads
from shared.events.values import AppointmentTime
from shared.ids import uuid7


class AppointmentState(StrEnum):
    HELD = "held"
    BOOKED = "booked"
    ARRIVED = "arrived"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    MISSED = "missed"


OPEN = frozenset(
    {AppointmentState.HELD, AppointmentState.BOOKED, AppointmentState.ARRIVED, AppointmentState.IN_PROGRESS}
)
"""States in which it can still take place."""
AHEAD = OPEN - {AppointmentState.IN_PROGRESS}
"""States in which nothing has begun: it can still be called off."""
MOVABLE = frozenset({AppointmentState.BOOKED, AppointmentState.ARRIVED})


class NotTimeYet(Exception):
    """Nobody has missed what has not begun, and nothing ended before it began."""


class AppointmentIsOver(Exception):
    """It took place, was missed or cancelled: nothing about it can change any more."""

    def __init__(self, state: AppointmentState) -> None:
        super().__init__(f"This appointment is {state.value}.")
        self.state = state


@dataclass(frozen=True, slots=True)
class Booking:
    """Whose appointment is made, for what, and by whom. One of consultation and session is given, or neither yet while
    the time is only held for a request."""

    clinic_id: UUID
    patient_id: UUID
    zone: str
    consultation_id: UUID | None = None
    session_id: UUID | None = None
    booked_by: UUID | None = None
    """Staff id; None when no person chose the time."""
    held_for: Purpose | None = None
    """What the time is held for, while it is only held."""

    @property
    def purpose(self) -> Purpose:
        if self.held_for is not None:
            return self.held_for
        return Purpose.CONSULTATION if self.session_id is None else Purpose.SESSION


@dataclass(frozen=True, slots=True)
class Appointment:
    """`revision` rises with every change that the patient would notice; messages are fenced by it. `version` rises with
    every change: what staff press is about the one that their page showed.

    `starts_at` and `ends_at` are the plan, which the constraint protects. `arrived_at`, `began_at` and `ended_at` are what
    really happened, and collide with nothing: see `day_conflicts`.
    """

    id: UUID
    booking: Booking
    state: AppointmentState
    revision: int
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    """Wall clock at the clinic, without offset: what was promised, whatever later happens to the zone's rules."""
    clinician_id: UUID | None
    """Staff id of the clinician or prescriber."""
    version: int
    cancelled_by: UUID | None = None
    cancel_reason: str | None = None
    held_until: datetime | None = None
    arrived_at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    overridden: frozenset[str] = frozenset()
    """What stood against the time it has, and was overridden by staff: values of `refusal.Why`."""

    @classmethod
    def book(cls, booking: Booking, candidate: Candidate, held_until: datetime | None = None) -> "Appointment":
        """Booked; with `held_until` it is only held until then."""
        clinician = candidate.resource(ResourceKind.CLINICIAN)
        return cls(
            id=uuid7(),
            booking=booking,
            state=AppointmentState.HELD if held_until else AppointmentState.BOOKED,
            revision=1,
            starts_at=candidate.during.start,
            ends_at=candidate.during.end,
            local_start=reads(candidate.during.start, booking.zone),
            clinician_id=clinician.staff_id if clinician else None,
            version=1,
            held_until=held_until,
            overridden=candidate.overridden,
        )

    def cancel(self, *, by: UUID | None = None, reason: str | None = None) -> "Appointment":
        """The same appointment, cancelled, as long as nothing has begun; cancelling twice changes nothing.

        Raises AppointmentIsOver.
        """
        if self.state is AppointmentState.CANCELLED:
            return self
        self._must_be(*AHEAD)
        return replace(
            self,
            state=AppointmentState.CANCELLED,
            revision=self.revision + 1,
            version=self.version + 1,
            cancelled_by=by,
            cancel_reason=reason,
        )

    def move(self, candidate: Candidate) -> "Appointment":
        """The same appointment at another time, which the patient will notice. Who was here has not arrived for another day.

        Raises AppointmentIsOver.
        """
        self.must_be_movable()
        clinician = candidate.resource(ResourceKind.CLINICIAN)
        zone = self.booking.zone
        same_day = day_of(candidate.during.start, zone) == day_of(self.starts_at, zone)
        return replace(
            self,
            starts_at=candidate.during.start,
            ends_at=candidate.during.end,
            state=self.state if same_day else AppointmentState.BOOKED,
            arrived_at=self.arrived_at if same_day else None,
            local_start=reads(candidate.during.start, zone),
            clinician_id=clinician.staff_id if clinician else None,
            revision=self.revision + 1,
            version=self.version + 1,
            overridden=candidate.overridden,
        )

    def must_be_movable(self) -> None:
        """As long as nothing has begun. Raises AppointmentIsOver."""
        self._must_be(*MOVABLE)

    def arrive(self, now: datetime) -> "Appointment":
        """The patient is here; pressed twice, the first time counts. Raises NotItsDay, AppointmentIsOver."""
        if self.state is AppointmentState.ARRIVED:
            return self
        self._must_be(AppointmentState.BOOKED)
        must_be_its_day(self.during, self.booking.zone, now)
        return self._become(AppointmentState.ARRIVED, arrived_at=now)

    def take_arrival_back(self) -> "Appointment":
        """They were not: somebody pressed the wrong row. Raises AppointmentIsOver."""
        if self.state is AppointmentState.BOOKED:
            return self
        self._must_be(AppointmentState.ARRIVED)
        return self._become(AppointmentState.BOOKED, arrived_at=None)

    def begin(self, now: datetime) -> "Appointment":
        """It has begun, at its time or not; whoever is seen has arrived. Raises NotItsDay, AppointmentIsOver."""
        if self.state is AppointmentState.IN_PROGRESS:
            return self
        self._must_be(AppointmentState.BOOKED, AppointmentState.ARRIVED)
        must_be_its_day(self.during, self.booking.zone, now)
        return self._become(AppointmentState.IN_PROGRESS, arrived_at=self.arrived_at or now, began_at=now)

    def take_begin_back(self) -> "Appointment":
        """It had not begun: somebody pressed the wrong row. Who had arrived before is still here.

        Raises AppointmentIsOver.
        """
        if self.state in MOVABLE:
            return self
        self._must_be(AppointmentState.IN_PROGRESS)
        if self.arrived_at == self.began_at:
            return self._become(AppointmentState.BOOKED, arrived_at=None, began_at=None)
        return self._become(AppointmentState.ARRIVED, began_at=None)

    def must_have_come(self, now: datetime) -> None:
        """The patient is here, or its time has come. Raises NotTimeYet."""
        if self.state is AppointmentState.BOOKED and now < self.starts_at:
            raise NotTimeYet("The patient has not arrived, and its time has not come.")

    def complete(self, ended_at: datetime, began_at: datetime | None = None) -> "Appointment":
        """It took place, until then; `began_at` where only now somebody says when it began.

        The revision stays: nothing was changed for the patient. Raises AppointmentIsOver.
        """
        if self.state is AppointmentState.COMPLETED:
            return self
        self._must_be_open()
        return self._become(AppointmentState.COMPLETED, began_at=began_at or self.began_at, ended_at=ended_at)

    def miss(self, now: datetime) -> "Appointment":
        """The patient did not come. Raises NotTimeYet before its time, AppointmentIsOver."""
        if self.state is AppointmentState.MISSED:
            return self
        self._must_be(AppointmentState.BOOKED)
        if now < self.starts_at:
            raise NotTimeYet("It has not begun yet.")
        return replace(self._become(AppointmentState.MISSED), revision=self.revision + 1)

    def _become(self, state: AppointmentState, **changed: datetime | None) -> "Appointment":
        return replace(self, state=state, version=self.version + 1, **changed)

    def _must_be(self, *states: AppointmentState) -> None:
        if self.state not in states:
            raise AppointmentIsOver(self.state)

    @property
    def during(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)

    def told(self) -> AppointmentTime:
        """As the other services need to know it."""
        return AppointmentTime(
            appointment_id=self.id,
            revision=self.revision,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            zone=self.booking.zone,
            local_start=self.local_start,
            clinician_id=self.clinician_id,
        )

    def _must_be_open(self) -> None:
        if self.state not in OPEN:
            raise AppointmentIsOver(self.state)
