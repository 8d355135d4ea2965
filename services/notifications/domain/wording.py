"""What patients read in their mailbox: when, where, what to do. No word that hints at a treatment, anywhere.

A mailbox is read by other people too, and subjects stand on locked screens: they name neither the patient nor more than
that there is an appointment.
"""

import re
from dataclasses import dataclass

from services.notifications.domain.message import MessageKind

LONGEST_NAME = 80
_JOINERS = "\u200c\u200d"
_NO_NAME = re.compile(r"[/@:]|www\.|\w{2,}\.\w{2,}|(?:\d[\s().+-]*){5}", re.IGNORECASE)
"""Web and mail addresses, which mail programs turn into links, and numbers to call."""


@dataclass(frozen=True, slots=True)
class ClinicWords:
    """How the clinic is named towards the outside, and how it is reached."""

    outside_name: str
    phone: str
    hours: str
    address: str
    crisis_line: str
    emergency_line: str


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail before it has a format. `facts` are pairs of a word and what it says; `link` is (words, address)."""

    subject: str
    greeting: str
    opening: str
    facts: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    link: tuple[str, str] | None = None
    closing: tuple[str, ...] = ()


def letter(
    kind: MessageKind,
    clinic: ClinicWords,
    *,
    name: str,
    day: str = "",
    when: str = "",
    reference: str = "",
    link: str = "",
) -> Letter:
    """The words for one message.

    `when` is the clinic's local time with its zone, such as `Thursday, June 18, 9:30 AM, Denver time (MDT)`; `day` its
    date alone. `link` is an address only this patient knows, "" when there is none.
    """
    call = f"call us at {clinic.phone} ({clinic.hours})"
    facts: tuple[tuple[str, str], ...] = ()
    if kind.confirms or kind.cancels:
        facts = (("When", when), ("Where", f"{clinic.outside_name}, {clinic.address}"))
    if reference:
        facts = (*facts, ("Your reference", reference))
    said = _SAID[kind]
    return Letter(
        subject=one_line(said.subject.format(day=day, clinic=clinic.outside_name)),
        greeting=_greeting(one_line(name)),
        opening=said.opening.format(clinic=clinic.outside_name, day=day),
        facts=facts,
        paragraphs=tuple(paragraph.format(call=call) for paragraph in said.paragraphs),
        link=(said.link, link) if link and said.link else None,
        closing=(
            clinic.outside_name,
            f"In an emergency call {clinic.emergency_line}. In a crisis call or text {clinic.crisis_line}, day or night.",
        ),
    )


def _greeting(name: str) -> str:
    """Anybody can write to any address through the public form, so only what looks like a name stands in the letter."""
    if not name or _NO_NAME.search(name):
        return "Hello,"
    return f"Hello {name[:LONGEST_NAME]},"


def one_line(text: str) -> str:
    """Text that can stand in one line: every control character and line break is a space.

    The two joiners stay, because names in some scripts need them.
    """
    return " ".join("".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in text).split())


@dataclass(frozen=True, slots=True)
class _Said:
    subject: str
    opening: str
    paragraphs: tuple[str, ...]
    link: str = ""


_CALENDAR = "Your calendar can take the time over from this e-mail."
_CHANGE = "If the time does not suit you, {call}."
_SAID = {
    MessageKind.REQUEST_RECEIVED: _Said(
        subject="We have your request, {clinic}",
        opening="Your request has reached us. You do not need to do anything now.",
        paragraphs=("We will write to you as soon as there is a time for you. If anything changes, {call}.",),
        link="See your request, or withdraw it",
    ),
    MessageKind.CONSULTATION_SCHEDULED: _Said(
        subject="Your appointment on {day}",
        opening="Your appointment is booked.",
        paragraphs=(_CALENDAR, _CHANGE),
        link="See your request, or withdraw it",
    ),
    MessageKind.CONSULTATION_CANCELLED: _Said(
        subject="Cancelled: your appointment on {day}",
        opening="Your appointment is cancelled. You do not need to come.",
        paragraphs=("If you did not expect this, or would like another time, {call}.",),
    ),
    MessageKind.CONSULTATION_WAITLISTED: _Said(
        subject="You are on our waiting list, {clinic}",
        opening="No time is free right now, so you are on our waiting list.",
        paragraphs=(
            "We will write to you as soon as there is a time. You keep your place. To ask how long it may take, {call}.",
        ),
        link="See your request, or withdraw it",
    ),
    MessageKind.SESSION_SCHEDULED: _Said(
        subject="Your appointment on {day}",
        opening="Your next appointment is booked.",
        paragraphs=(_CALENDAR, "Please follow the preparation sheet you were given. " + _CHANGE),
    ),
    MessageKind.SESSION_CANCELLED: _Said(
        subject="Cancelled: your appointment on {day}",
        opening="Your appointment is cancelled. You do not need to come.",
        paragraphs=("If you did not expect this, or would like another time, {call}.",),
    ),
    MessageKind.AFTER_CARE: _Said(
        subject="After your visit, {clinic}",
        opening="Thank you for coming on {day}.",
        paragraphs=(
            "Take it easy for the rest of the day, and do not drive until tomorrow, after a night's sleep. Keep to the"
            " instruction sheet you took home.",
            "If anything worries you, {call}. You do not have to be sure that it is important.",
        ),
    ),
}
