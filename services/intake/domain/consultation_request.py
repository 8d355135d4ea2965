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
    WITHDRAWN = "withdrawn"


class RequestNotFound(LookupError):
    """There is no request of that id at this clinic."""


class ConsultationBegan(Exception):
    """A consultation that has begun cannot be withdrawn from any more."""


class RequestWithdrawn(Exception):
    """Nobody wants the consultation any more."""


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

    @property
    def awaits_staff(self) -> bool:
        return self.disposition is Disposition.AWAIT and self.withdrawal is None

    @property
    def awaits(self) -> AwaitReason | None:
        """Why it must not be booked by itself. Who has had more than their share is written to only after staff looked."""
        if self.disposition is Disposition.BOOK:
            return None
        return AwaitReason.SHARE if self.held else AwaitReason.SCREENING

    @property
    def state(self) -> State:
        return State.WITHDRAWN if self.withdrawal else State.RECEIVED

    def hold(self, why: Held | None) -> "ConsultationRequest":
        """A new request as it is kept: left to be booked by itself, or for staff to look at first."""
        return replace(self, held=why, disposition=Disposition.AWAIT) if why else self

    def clear(self, by: UUID, now: datetime) -> "ConsultationRequest":
        """The same request, to be booked; what may be booked already is not changed. Raises RequestWithdrawn."""
        if self.withdrawal:
            raise RequestWithdrawn
        if self.disposition is Disposition.BOOK:
            return self
        return replace(self, disposition=Disposition.BOOK, clearance=Clearance(by, now), version=self.version + 1)

    def withdraw(self, by: DecidedBy, now: datetime, *, begins_at: datetime | None) -> "ConsultationRequest":
        """The same request, withdrawn; withdrawing twice changes nothing, whoever was first stays on record.

        `begins_at` is when the booked consultation begins, if one is. Raises ConsultationBegan from then on: whether
        the patient came is then for staff to say.
        """
        if self.withdrawal:
            return self
        if begins_at is not None and now >= begins_at:
            raise ConsultationBegan
        return replace(self, withdrawal=Withdrawal(by, now), version=self.version + 1)
