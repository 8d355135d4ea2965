"""The waiting list in words for staff."""

from datetime import datetime

from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.slot_offer import Offering, OfferState, SlotOffer, Way
from services.scheduling.use_cases.take_off_list import LeavingReason
from shared.events.values import Urgency
from shared.web.times import staff_day, staff_time

URGENCIES = {Urgency.URGENT: ("Urgent", "alarm"), Urgency.SOON: ("Soon", "warn"), Urgency.ROUTINE: ("", "")}
ANSWERS = {
    OfferState.OPEN: ("Asked", "plan", "timer"),
    OfferState.ACCEPTED: ("Said yes", "ok", "check"),
    OfferState.DECLINED: ("Said no", "", "message-square"),
    OfferState.LAPSED: ("No answer", "", "timer"),
    OfferState.TAKEN: ("Somebody else was faster", "", "users"),
    OfferState.ENDED: ("Ended", "", "calendar-x"),
}
"""Text, kind and icon of a chip."""
LEAVING = {
    LeavingReason.PATIENT_ASKED: "The patient asked",
    LeavingReason.NOT_REACHED: "Could not be reached",
    LeavingReason.SEEN_ELSEWHERE: "Is seen elsewhere",
    LeavingReason.TWICE: "Stands on the list twice",
}
WAYS = {
    Way.BOOK: ("Book it for the first in line, and tell them", "They can change it from the letter."),
    Way.ONE_BY_ONE: (
        "Ask one after another",
        "The time is held for the first until their deadline, then the next is asked.",
    ),
    Way.SEVERAL: ("Ask several at once", "Whoever says yes first has it. The others keep their place."),
}


def way_in_words(offering: Offering) -> str:
    """What happens with a time that is given back, in one sentence."""
    if offering.way is Way.BOOK:
        return "A time that is given back is booked for the first in line."
    who = f"{offering.at_once} at once" if offering.way is Way.SEVERAL else "one after another"
    return f"A time that is given back is offered, {who}, for {hours_in_words(offering)} of daytime."


def hours_in_words(offering: Offering) -> str:
    """How long an answer has."""
    hours = offering.within.total_seconds() / 3600
    return f"{hours:g} {'hour' if hours == 1 else 'hours'}"


def wishes_in_words(consultation: Consultation) -> str:
    """`Mondays or Tuesdays, mornings, not before June 20`; "any time"."""
    wishes = consultation.wishes
    parts = [
        " or ".join(f"{day.value.capitalize()}s" for day in wishes.weekdays),
        " or ".join(f"{part.value}s" for part in wishes.day_parts),
        f"not before {wishes.not_before:%Y-%m-%d}" if wishes.not_before else "",
    ]
    return ", ".join(filter(None, parts)) or "any time"


def offer_in_words(offer: SlotOffer, zone: str) -> tuple[str, str]:
    """`Mon, Jun 22, 08:00` and `Answer until Mon, Jun 15, 14:00`: which time, and while it is open when an answer is due."""
    due = f"Answer until {_at(offer.answer_by, zone)}" if offer.open else ""
    return _at(offer.starts_at, zone), due


def _at(instant: datetime, zone: str) -> str:
    return f"{staff_day(instant, zone)}, {staff_time(instant, zone)}"
