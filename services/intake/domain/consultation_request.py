"""A request for a consultation, from the moment it was sent until it is withdrawn."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.intake.domain.fair_share import Held
from shared.events.values import AwaitReason, DecidedBy, Disposition, Urgency, Wishes


class State(StrEnum):
    """What intake itself decides. What scheduling does about it is heard, and kept apart (`consultation.py`)."""

    RECEIVED = "received"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class RequestNotFound(LookupError):
    """There is no request of that id at this clinic."""


class ConsultationBegan(Exception):
    """A consultation that has begun cannot be withdrawn from any more."""


class RequestWithdrawn(Exception):
    """Nobody wants the consultation any more."""


class RequestDeclined(Exception):
    """The clinic has said that it cannot help here."""


class RequestChanged(Exception):
    """Somebody did something with the request after the page was shown. Nothing else was done."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    by: DecidedBy
    at: datetime


@dataclass(frozen=True, slots=True)
class Clearance:
    """A member of staff has looked at a request that was held, and lets it be booked."""

    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Decline:
    """A clinician has looked, and the clinic cannot help here."""

    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsultationRequest:
    """`version` rises with every change, so that others can tell the newest event from an older one.

    `held` stays on record when the request was cleared. Who awaits staff and was not held was stopped by the screening.
    """

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    reference: str
    disposition: Disposition
    urgency: Urgency
    wishes: Wishes
    reachable: bool
    requested_at: datetime
    entered_by: DecidedBy
    withdrawal: Withdrawal | None
    version: int
    held: Held | None = None
    clearance: Clearance | None = None
    hold_id: UUID | None = None
    """Of the time that scheduling keeps for them until it ends, when they chose one."""
    decline: Decline | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def over(self) -> bool:
        return self.withdrawal is not None or self.decline is not None

    @property
    def awaits_staff(self) -> bool:
        return self.disposition is Disposition.AWAIT and not self.over

    @property
    def awaits_patient(self) -> bool:
        """Staff have asked for more, and the newest question has no answer yet."""
        if self.over or self.asked_at is None:
            return False
        return self.answered_at is None or self.answered_at < self.asked_at

    @property
    def awaits(self) -> AwaitReason | None:
        """Why it must not be booked by itself. Who has had more than their share is written to only after staff looked."""
        if self.disposition is Disposition.BOOK:
            return None
        return AwaitReason.SHARE if self.held else AwaitReason.SCREENING

    @property
    def state(self) -> State:
        if self.withdrawal:
            return State.WITHDRAWN
        return State.DECLINED if self.decline else State.RECEIVED

    def expect(self, seen: int | None) -> None:
        """`seen` is the version that somebody decided by; None asks for nothing. Raises RequestChanged."""
        if seen is not None and seen != self.version:
            raise RequestChanged

    def hold(self, why: Held | None) -> "ConsultationRequest":
        """A new request as it is kept: left to be booked by itself, or for staff to look at first."""
        return replace(self, held=why, disposition=Disposition.AWAIT) if why else self

    def clear(self, by: UUID, now: datetime) -> "ConsultationRequest":
        """The same request, to be booked; what may be booked already is not changed.

        Raises RequestWithdrawn, RequestDeclined.
        """
        self._still_wanted()
        if self.disposition is Disposition.BOOK:
            return self
        return replace(self, disposition=Disposition.BOOK, clearance=Clearance(by, now), version=self.version + 1)

    def withdraw(self, by: DecidedBy, now: datetime, *, begins_at: datetime | None) -> "ConsultationRequest":
        """The same request, withdrawn; withdrawing twice, or after a no, changes nothing: whoever was first stays on
        record.

        `begins_at` is when the booked consultation begins, if one is. Raises ConsultationBegan from then on: whether
        the patient came is then for staff to say.
        """
        if self.over:
            return self
        if begins_at is not None and now >= begins_at:
            raise ConsultationBegan
        return replace(self, withdrawal=Withdrawal(by, now), version=self.version + 1)

    def turn_down(self, by: UUID, now: datetime, *, begins_at: datetime | None) -> "ConsultationRequest":
        """The same request, declined; declining twice changes nothing. Raises RequestWithdrawn, ConsultationBegan."""
        if self.withdrawal:
            raise RequestWithdrawn
        if self.decline:
            return self
        if begins_at is not None and now >= begins_at:
            raise ConsultationBegan
        return replace(self, decline=Decline(by, now), version=self.version + 1)

    def ask(self, now: datetime) -> "ConsultationRequest":
        """The same request, with a question to its patient. Raises RequestWithdrawn, RequestDeclined."""
        self._still_wanted()
        return replace(self, asked_at=now, version=self.version + 1)

    def answer(self, now: datetime) -> "ConsultationRequest":
        """The same request, answered; one that is over stays as it is, whatever still comes in."""
        if self.over:
            return self
        return replace(self, answered_at=now, version=self.version + 1)

    def _still_wanted(self) -> None:
        if self.withdrawal:
            raise RequestWithdrawn
        if self.decline:
            raise RequestDeclined
