"""A consultation: what became of a patient's request to be seen by a clinician."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.urgency import Risk, due_by
from services.scheduling.domain.urgency_rules import UrgencyRules
from shared.events.values import Disposition, Urgency, Wishes
from shared.ids import uuid7

_BY_URGENCY = (Urgency.ROUTINE, Urgency.SOON, Urgency.URGENT)


class ConsultationState(StrEnum):
    AWAITING = "awaiting"
    """Asked for, but staff must accept it first."""
    WAITLISTED = "waitlisted"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    MISSED = "missed"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Request:
    """The newest state of a request, as intake tells it."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    reference: str
    disposition: Disposition
    urgency: Urgency
    wishes: Wishes
    requested_at: datetime
    withdrawn: bool
    version: int
    hold_id: UUID | None = None
    """The time that the patient has chosen, if it is really theirs."""


@dataclass(frozen=True, slots=True)
class Consultation:
    """`version` orders what scheduling says of it; `request_version` what it heard of the request behind it."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    reference: str
    state: ConsultationState
    urgency: Urgency
    wishes: Wishes
    requested_at: datetime
    withdrawn: bool
    request_version: int
    version: int
    instead_of: datetime | None = None
    """The time that the patient had chosen and that others have now, until they choose again."""
    due_by: datetime | None = None
    """When they must be seen at the latest. It only ever comes nearer."""
    due_rules: int | None = None
    """The version of the rules that say so: later versions change nothing for what was known then."""

    @classmethod
    def unheard(cls, request: Request) -> "Consultation":
        """The consultation before anything was decided about it. Version 0: nothing was said of it yet."""
        return cls(
            id=uuid7(),
            clinic_id=request.clinic_id,
            patient_id=request.patient_id,
            request_id=request.id,
            reference=request.reference,
            state=ConsultationState.AWAITING,
            urgency=request.urgency,
            wishes=request.wishes,
            requested_at=request.requested_at,
            withdrawn=False,
            request_version=0,
            version=0,
        )

    def heard(self, request: Request) -> "Consultation":
        """With what a newer state of the request says. An older or the same one changes nothing.

        Urgency is only ever raised: what was once seen as a risk is not forgotten because a form was changed.
        """
        if request.version <= self.request_version:
            return self
        return replace(
            self,
            wishes=request.wishes,
            urgency=higher(self.urgency, request.urgency),
            withdrawn=self.withdrawn or request.withdrawn,
            request_version=request.version,
        )

    def may_be_booked(self, request: Request) -> bool:
        """True while it waits for a decision and this state of the request is one."""
        return (
            self.state is ConsultationState.AWAITING and not self.withdrawn and request.disposition is Disposition.BOOK
        )

    def at_risk(self) -> "Consultation":
        """As urgent as can be."""
        return replace(self, urgency=Urgency.URGENT)

    def hurried(
        self, rules: UrgencyRules, risks: Iterable[Risk], zone: str, *, asked: Urgency | None = None
    ) -> "Consultation":
        """With the deadline that these rules set for these risks, and for what the request itself asks for."""
        due = due_by(rules, asked, self.requested_at, risks, zone)
        if due is None or (self.due_by is not None and self.due_by <= due):
            return self
        return replace(self, due_by=due, due_rules=rules.version)

    def become(self, state: ConsultationState) -> "Consultation":
        """In another state, which the others are told."""
        return replace(self, state=state, version=self.version + 1)

    @property
    def can_be_booked_anew(self) -> bool:
        """The patient did not come, and still wants to."""
        return self.state is ConsultationState.MISSED and not self.withdrawn

    @property
    def can_be_given_a_time(self) -> bool:
        """It waits for one, or it is to be booked anew."""
        return self.can_be_booked_anew or (self.state is ConsultationState.WAITLISTED and not self.withdrawn)

    @property
    def can_be_cancelled(self) -> bool:
        return self.state in {ConsultationState.AWAITING, ConsultationState.WAITLISTED, ConsultationState.BOOKED}


def higher(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of two."""
    return max(one, other, key=_BY_URGENCY.index)
