"""How the line of requests is called on the page: its views, its places, and what narrows it."""

from typing import Any
from urllib.parse import urlencode

from services.intake.domain.queue import Narrowing, Place, Reach, View
from services.intake.domain.reasons import WORDS, Reason
from shared.events.values import DecidedBy, Urgency

VIEWS = {
    View.OPEN: "Open",
    View.DECIDE: "Needs a decision",
    View.WAITLISTED: "Waiting list",
    View.SCHEDULED: "Scheduled",
    View.CLOSED: "Closed",
    View.UNSENT: "Not sent yet, at risk",
}
PLACES = {
    Place.AT_RISK: "At risk, nobody has taken it yet",
    Place.DECIDE: "Needs a decision",
    Place.ASKED: "Asked, waiting for the patient",
    Place.BOOKING: "Being booked",
    Place.WAITLISTED: "Waiting list",
    Place.SCHEDULED: "Scheduled, next first",
    Place.TIME_PASSED: "Their time has passed",
    Place.CLOSED: "Closed, newest first",
}
_URGENCY = {Urgency.URGENT: "Urgent", Urgency.SOON: "Soon", Urgency.ROUTINE: "Routine"}
_REACH = {Reach.MESSAGES: "Email or text", Reach.PHONE: "Phone only"}
_ENTERED = {DecidedBy.PATIENT: "Patient", DecidedBy.STAFF: "Staff"}


def options() -> dict[str, list[tuple[str, str]]]:
    """What each filter offers."""
    return {
        "reason": [(reason.value, WORDS[reason].staff) for reason in Reason],
        "urgency": [(urgency.value, words) for urgency, words in _URGENCY.items()],
        "reach": [(reach.value, words) for reach, words in _REACH.items()],
        "entered": [(by.value, words) for by, words in _ENTERED.items()],
    }


def chosen_words(by: Narrowing) -> list[str]:
    said = (
        by.reason and WORDS[by.reason].staff,
        by.urgency and _URGENCY[by.urgency],
        by.reach and _REACH[by.reach],
        by.entered_by and f"by {_ENTERED[by.entered_by].lower()}",
    )
    return [words for words in said if words]


def asked_for(view: View, by: Narrowing, **more: Any) -> str:
    """The query of an address that shows this. Nothing in it is about a person."""
    chosen = {
        "view": view,
        "reason": by.reason,
        "urgency": by.urgency,
        "reach": by.reach,
        "entered": by.entered_by,
        **more,
    }
    return urlencode({name: value for name, value in chosen.items() if value is not None})
