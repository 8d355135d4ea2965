"""What a patient's own page has to say, in one language. The words themselves are data, see `texts/`: `my-request.toml`."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from services.intake.domain.consent import Channel
from services.intake.domain.site import Leaf, OneText, Paragraphs, Said
from shared.events.consultation import ConsultationDecision

FILLED_IN = frozenset({"day", "when", "ways", "minutes"})
"""What may stand in braces where a time, a way or a number of this one request is named."""
_TOKEN = re.compile(r"\{([^}]*)\}")


def _naming(leaf: object) -> str:
    if not isinstance(leaf, Leaf) or not isinstance(leaf.value, str):
        raise ValueError("write this as text")  # noqa: TRY004 - pydantic collects ValueErrors, and lets others pass
    if unknown := sorted(set(_TOKEN.findall(leaf.value)) - FILLED_IN):
        raise ValueError(f"nothing is named {{{unknown[0]}}}; there are: {', '.join(sorted(FILLED_IN))}")
    return leaf.value


Naming = Annotated[str, BeforeValidator(_naming)]
"""For `words.format(when="Thursday, June 18, 9:30 AM")`."""


class Sent(Said):
    by_patient: OneText
    by_staff: OneText


class Ways(Said):
    """How we tell. `told` names one way or several with `either` between them."""

    each: dict[Channel, OneText]
    either: OneText
    told: Naming
    none: OneText


class Received(Said):
    good: OneText
    headline: OneText
    lead: OneText
    now: OneText
    now_text: OneText
    then: OneText
    then_text: OneText
    consultation: OneText
    consultation_text: OneText


class Scheduled(Said):
    good: OneText
    headline: Naming
    headline_today: OneText
    booked: OneText
    by_email: OneText
    consultation: OneText
    afterwards: OneText
    afterwards_text: OneText


class Passed(Said):
    headline: OneText
    lead: OneText
    consultation: OneText


class Waitlisted(Said):
    good: OneText
    headline: OneText
    lead: OneText
    now: OneText
    now_text: OneText
    then: OneText
    consultation: OneText
    consultation_text: OneText


class Cancelled(Said):
    headline: OneText
    was: Naming
    was_unknown: OneText
    lead: OneText
    off: OneText


class Missed(Said):
    headline: OneText
    lead: OneText
    off: OneText


class OneDecision(Said):
    """Plain words, and none that says why: that is for the two of them."""

    headline: OneText
    lead: OneText
    next: OneText
    next_text: OneText


class Decided(Said):
    met: OneText
    help: OneText
    each: dict[ConsultationDecision, OneDecision]


class Withdrawn(Said):
    headline: OneText
    lead: OneText
    by_patient: OneText
    by_staff: OneText


class Declined(Said):
    headline: OneText
    lead: OneText
    answered: OneText


class Ticket(Said):
    """The card with the time, and what can be done."""

    where: OneText
    clinician: OneText
    minutes: Naming
    reference: OneText
    withdraw: OneText
    new_request: OneText
    call: OneText
    come: OneText
    choose_another: OneText


class Withdrawing(Said):
    """The page that asks once more."""

    title: OneText
    back: OneText
    heading: OneText
    appointment: Naming
    no_appointment: OneText
    undone: OneText
    only_time: OneText
    withdraw: OneText
    keep: OneText


class NoLink(Said):
    heading: OneText
    text: Paragraphs


class MyRequestTexts(Said):
    today: OneText
    urgent: OneText
    sent: Sent
    ways: Ways
    received: Received
    scheduled: Scheduled
    passed: Passed
    waitlisted: Waitlisted
    cancelled: Cancelled
    missed: Missed
    decided: Decided
    withdrawn: Withdrawn
    declined: Declined
    consultation: OneText
    """The step of a consultation that will not be, and what is said of it."""
    consultation_off: OneText
    happened: OneText
    next: OneText
    done: OneText
    off: OneText
    """How a step is read aloud that is over, or will not come."""
    changed: OneText
    secret: OneText
    ticket: Ticket
    withdrawing: Withdrawing
    unknown: NoLink
    expired: NoLink
    first_page: OneText
