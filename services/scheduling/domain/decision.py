"""What a clinician decides in a consultation, why, and who may: the one place that says so.

Reasons are codes and free text about a patient is sealed, so that what is said of a decision can be counted and what is
noted can be erased.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.consultation import Consultation, ConsultationState
from shared.events.consultation import ConsultationDecision
from shared.events.staff import Role

MAY_DECIDE = Role.CLINICIAN
"""Clinicians are who prescribes: the decision is theirs alone."""
EARLY = timedelta(hours=1)
"""Who comes before their time may be seen before it, and nobody need have recorded that they came."""


class DecisionReason(StrEnum):
    MEETS_CRITERIA = "meets-criteria"
    WITH_CONDITIONS = "with-conditions"
    CONTRAINDICATED = "contraindicated"
    OTHER_CARE_FIRST = "other-care-first"
    OUTSIDE_SCOPE = "outside-scope"
    PATIENT_DECLINES = "patient-declines"
    EARLIER_RECORDS = "earlier-records"
    TEST_RESULTS = "test-results"
    OTHER_CLINICIAN = "other-clinician"
    SEEN_AGAIN = "seen-again"


REASONS: Mapping[ConsultationDecision, tuple[DecisionReason, ...]] = {
    ConsultationDecision.SUITABLE: (DecisionReason.MEETS_CRITERIA, DecisionReason.WITH_CONDITIONS),
    ConsultationDecision.NOT_SUITABLE: (
        DecisionReason.CONTRAINDICATED,
        DecisionReason.OTHER_CARE_FIRST,
        DecisionReason.OUTSIDE_SCOPE,
        DecisionReason.PATIENT_DECLINES,
    ),
    ConsultationDecision.MORE_INFORMATION: (
        DecisionReason.EARLIER_RECORDS,
        DecisionReason.TEST_RESULTS,
        DecisionReason.OTHER_CLINICIAN,
        DecisionReason.SEEN_AGAIN,
    ),
}


class AmendedBecause(StrEnum):
    """Why a decision was made anew."""

    INFORMATION_CAME = "information-came"
    RECONSIDERED = "reconsidered"
    MISTYPED = "mistyped"


class NotYetSeen(Exception):
    """Nothing can be decided about a consultation that has not come, or that will not take place."""


class DecidedMeanwhile(Exception):
    """Somebody else has decided since the page was shown. This form changed nothing."""


class NotedMeanwhile(Exception):
    """Somebody else has noted something since the page was shown. This form changed nothing."""


class ReasonMismatch(Exception):
    """This reason does not belong to this decision, or an amendment does not say why it is made."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about one consultation. `number` counts them from 1; the last stands, and the others are kept.

    `note` is sealed under the patient's key, and bound to this number.
    """

    consultation_id: UUID
    number: int
    decision: ConsultationDecision
    reason: DecisionReason
    by: UUID
    at: datetime
    because: AmendedBecause | None = None
    note: bytes | None = None

    def says_the_same(self, other: "Decision") -> bool:
        """Whether the patient, and whoever plans for them, would learn nothing new."""
        return self.decision is other.decision


def decide(consultation: Consultation, appointment: Appointment | None, last: Decision | None, new: Decision) -> None:
    """Whether `new` may stand after `last`. Raises DecidedMeanwhile, ReasonMismatch, NotYetSeen."""
    if new.number != (last.number if last else 0) + 1:
        raise DecidedMeanwhile
    if new.reason not in REASONS[new.decision] or (new.because is None) is not (last is None):
        raise ReasonMismatch
    if not can_be_decided(consultation, appointment, new.at):
        raise NotYetSeen


def can_be_decided(consultation: Consultation, appointment: Appointment | None, now: datetime) -> bool:
    """From shortly before its time on, or as soon as the patient is there; and again after every decision."""
    if appointment is None or consultation.state not in {ConsultationState.BOOKED, ConsultationState.COMPLETED}:
        return False
    if appointment.state is AppointmentState.BOOKED:
        return now >= appointment.starts_at - EARLY
    return appointment.state in _SEEN


_SEEN = frozenset({AppointmentState.ARRIVED, AppointmentState.IN_PROGRESS, AppointmentState.COMPLETED})


def may_decide(roles: Collection[str]) -> bool:
    return MAY_DECIDE in roles
