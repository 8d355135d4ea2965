"""What a clinician decided, in words for staff."""

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.decision import REASONS, AmendedBecause, DecisionReason
from services.scheduling.store.consultation_list import ListedConsultation
from shared.events.consultation import ConsultationDecision

DECISIONS = {
    ConsultationDecision.SUITABLE: "Suitable",
    ConsultationDecision.NOT_SUITABLE: "Not suitable",
    ConsultationDecision.MORE_INFORMATION: "More information needed",
}
DECISION_REASONS = {
    DecisionReason.MEETS_CRITERIA: "meets the criteria",
    DecisionReason.WITH_CONDITIONS: "with conditions, see the note",
    DecisionReason.CONTRAINDICATED: "something speaks against treatment",
    DecisionReason.OTHER_CARE_FIRST: "other care comes first",
    DecisionReason.OUTSIDE_SCOPE: "outside of what we treat",
    DecisionReason.PATIENT_DECLINES: "the patient does not wish it",
    DecisionReason.EARLIER_RECORDS: "earlier records",
    DecisionReason.TEST_RESULTS: "test results",
    DecisionReason.OTHER_CLINICIAN: "word from another clinician",
    DecisionReason.SEEN_AGAIN: "to be seen again",
}
AMENDED_BECAUSE = {
    AmendedBecause.INFORMATION_CAME: "New information came",
    AmendedBecause.RECONSIDERED: "It was thought over again",
    AmendedBecause.MISTYPED: "It was mistyped",
}
RISKS = {
    "unassessed": "not yet assessed",
    "low": "low by the screener",
    "moderate": "moderate by the screener",
    "high": "high by the screener",
}
NEXT = {
    ConsultationDecision.SUITABLE: "Plan an induction.",
    ConsultationDecision.NOT_SUITABLE: "The patient is told gently, with whom to call. Nothing more is booked by itself.",
    ConsultationDecision.MORE_INFORMATION: "Get what is missing; the decision is made anew when it is there.",
}
_DECISION_CHIPS = {
    ConsultationDecision.SUITABLE: ("Suitable", "ok", "circle-check"),
    ConsultationDecision.NOT_SUITABLE: ("Not suitable", "", "user-x"),
    ConsultationDecision.MORE_INFORMATION: ("More information needed", "warn", "search"),
}
_STATE_CHIPS = {
    ConsultationState.AWAITING: ("Waits for staff", "warn", "scale"),
    ConsultationState.WAITLISTED: ("Waiting list", "plan", "timer"),
    ConsultationState.BOOKED: ("Booked", "", "calendar-check"),
    ConsultationState.CANCELLED: ("Cancelled", "", "calendar-x"),
    ConsultationState.MISSED: ("Did not come", "danger", "user-x"),
    ConsultationState.COMPLETED: ("Done", "ok", "check"),
}
_HERE_CHIPS = {
    AppointmentState.ARRIVED: ("Arrived", "plan", "map-pin-check"),
    AppointmentState.IN_PROGRESS: ("In progress", "plan", "clock"),
}
WAITS = ("To decide", "warn", "scale")


def outcome_choices() -> list[tuple[str, str]]:
    """Decision and reason are one choice, so that no reason can be sent with a decision that it does not belong to."""
    return [
        (f"{decision}/{reason}", f"{DECISIONS[decision]}: {DECISION_REASONS[reason]}")
        for decision, reasons in REASONS.items()
        for reason in reasons
    ]


def standing(state: ConsultationState, decision: ConsultationDecision | None) -> tuple[str, str, str]:
    """What became of a request, for somebody who books a session: text, kind and icon."""
    return _DECISION_CHIPS[decision] if decision else _STATE_CHIPS[state]


def consultation_chip(row: ListedConsultation, *, waits: bool) -> tuple[str, str, str]:
    """Text, kind and icon."""
    if row.decision is not None:
        return _DECISION_CHIPS[row.decision]
    if waits:
        return WAITS
    here = _HERE_CHIPS.get(row.appointment_state) if row.appointment_state else None
    return here if here and row.state is ConsultationState.BOOKED else _STATE_CHIPS[row.state]
