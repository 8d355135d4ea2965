"""How a thing reads in the inbox: one chip, one sentence. Codes in, words out; nothing personal passes here."""

from dataclasses import dataclass
from typing import Any

from services.notifications.domain.message import DECIDED, DECLINED


@dataclass(frozen=True, slots=True)
class Chip:
    """Word, kind of the chip, icon: each state has a word and a shape, never colour alone."""

    text: str
    kind: str
    icon: str


DECISION_CHIPS = {
    "suitable": Chip("Suitable", "ok", "circle-check"),
    "not-suitable": Chip("Not suitable", "", "user-x"),
    "more-information": Chip("More information needed", "warn", "search"),
}
WHAT_NEXT = {
    "suitable": "The clinician decided: suitable. Plan an induction",
    "not-suitable": "The clinician decided: not suitable. The patient is told, and nothing more is booked",
    "more-information": "The clinician needs to know more. The consultation says what to ask the patient for",
}
"""After a consultation, for the front desk."""


def request_chip(
    *,
    disposition: str | None,
    consultation: str | None = None,
    decision: str | None = None,
    withdrawn: bool = False,
    declined: bool = False,
    asked: bool = False,
    answered: bool = False,
) -> Chip:
    """The latest that is known of a request, whichever service said it."""
    if decision:
        return DECISION_CHIPS[decision]
    if withdrawn:
        return Chip("Withdrawn", "", "user-x")
    if declined:
        return Chip("Declined", "", "user-x")
    match consultation:
        case "scheduled":
            return Chip("Booked", "ok", "calendar-check")
        case "waitlisted":
            return Chip("Waiting list", "plan", "clock")
        case "cancelled":
            return Chip("Cancelled", "", "calendar-x")
        case "missed":
            return Chip("Did not come", "danger", "user-x")
    if asked:
        return Chip("Waits for the patient", "plan", "message-square")
    if answered:
        return Chip("Answered", "warn" if disposition == "await" else "soft", "message-square")
    if disposition == "await":
        return Chip("Waits for staff", "warn", "scale")
    return Chip("New request", "soft", "user-plus")


WHY_AWAITS = {
    "screening": "an answer needs a clinician’s eye",
    "share": "more requests than usual from one contact",
}


def await_in_words(awaits: str | None) -> str:
    """That a person must look, and why where it is known."""
    why = WHY_AWAITS.get(awaits or "")
    return f"Nothing is booked until somebody has looked{f': {why}' if why else ''}"


def wishes_in_words(wishes: dict[str, Any] | None) -> str:
    """`Wants Thursday or Friday, morning`; says so when any time is welcome."""
    if wishes is None:
        return ""
    days = [str(day).capitalize() for day in wishes.get("weekdays", ())]
    parts = [str(part) for part in wishes.get("day_parts", ())]
    said = ", ".join(_either(words) for words in (days, parts) if words)
    return f"Wants {said}" if said else "Any time suits"


def outcome_chip(outcome: str | None) -> Chip:
    match outcome:
        case "stopped-early":
            return Chip("Stopped early", "warn", "octagon-alert")
        case "transferred":
            return Chip("Transferred", "danger", "triangle-alert")
        case _:
            return Chip("Session done", "ok", "circle-check")


RISK_WORDS = {
    "unassessed": "Risk, not assessed",
    "low": "Risk, low",
    "moderate": "Risk, moderate",
    "high": "Risk, high",
}
SEEN_IN_WORDS = {
    "request": "Seen in a request for a consultation",
    "questionnaire": "Seen in a questionnaire",
    "session": "Seen during a session",
}
SEVERITY_WORDS = {
    "none": "no side effects",
    "mild": "side effects mild",
    "moderate": "side effects moderate",
    "severe": "side effects severe",
}
WHY_PHONE = {
    "unreachable": "left neither e-mail nor mobile",
    "no-email": "left no e-mail",
    "no-contact": "how to write to them is not known here",
    "address-refused": "the e-mail address was refused",
    "too-late": "the e-mail could not be sent in time",
}
MESSAGE_WORDS = {
    "request-paused": "Link to go on with a request",
    "request-received": "Receipt of the request",
    "information-asked": "Questions about the request",
    **{kind.value: "Word that the request was declined" for kind in sorted(DECLINED)},
    "consultation-scheduled": "Time of the consultation",
    "consultation-cancelled": "Cancellation of the consultation",
    "change-link": "Link to change the appointment",
    "slot-offered": "Offer of a free time, to be answered soon",
    "move-proposed": "Question about another time, to be answered soon",
    "time-stays": "Word that the booked time stays after all",
    "consultation-waitlisted": "Word of the waiting list",
    **{kind.value: "Word of what the clinician decided" for kind in sorted(DECIDED)},
    "session-scheduled": "Time of the session",
    "session-cancelled": "Cancellation of the session",
    "after-care": "After-care",
    "scales-due": "Word that a questionnaire waits",
}
STATE_WORDS = {
    "planned": "Planned",
    "claimed": "Being sent",
    "retrying": "Trying again",
    "sent": "Sent",
    "delivered": "Delivered",
    "cancelled": "Cancelled",
    "suppressed": "Not sent",
    "expired": "Too late",
    "bounced": "Came back",
    "failed": "Failed",
}
REASON_WORDS = {
    "no-longer-true": "something newer was known before it went",
    "waits-for-contact": "waits for the patient's contact",
    "waits-for-staff": "held until staff let the request be booked",
    "no-contact": "no contact could be read",
    "erased": "the patient's data was erased",
    "no-email": "the patient left no e-mail",
    "quiet-hours": "reminders go between 08:00 and 21:00",
    "address-refused": "the mail server refused the address",
    "never-promised": "no earlier message had named a time",
    "never-asked": "no question about another time had gone out",
    "transferred": "the patient was transferred and did not go home",
    "scheduling-silent": "scheduling did not confirm the time",
    "not-confirmed": "scheduling did not confirm the time",
    "mail-server-silent": "the mail server does not answer",
    "mail-server-later": "the mail server asked to come again later",
    "too-late": "its time had passed",
    "unexpected": "an unexpected error; it is in the log",
}


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
