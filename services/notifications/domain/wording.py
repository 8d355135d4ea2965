"""What patients read in their mailbox: when, where, what to do. No word that hints at a treatment, anywhere.

A mailbox is read by other people too, and subjects stand on locked screens: they name neither the patient nor more than
that there is an appointment. The sentences are data, a file a language (texts/); here they become one letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from services.notifications.domain.message import DECIDED, MessageKind

LONGEST_NAME = 80
_JOINERS = "\u200c\u200d"
_NO_NAME = re.compile(r"[/@:]|www\.|\w{2,}\.\w{2,}|(?:\d[\s().+-]*){5}", re.IGNORECASE)
"""Web and mail addresses, which mail programs turn into links, and numbers to call."""


READ_FIRST = "request-read-first"
"""The receipt of a request that a person reads before a time is offered."""
INSTEAD = "consultation-instead"
"""A time is booked, and it is not the one that the patient had chosen: others have that now."""
MOVED = "consultation-moved"
"""The patient has chosen this time in the place of another one."""
CHANGED = "consultation-changed"
"""The clinic has given it another time than the one that the patient was told."""
SESSION_CHANGED = "session-changed"
"""The same of a session, whoever decided."""
WAITING_INSTEAD = "waitlisted-instead"
"""Others have the chosen time, and there is none to book instead."""
OFFERED_TO_SEVERAL = "slot-offered-several"
"""Others are asked for the same time, and whoever says yes first has it."""
VARIANTS = frozenset({READ_FIRST, INSTEAD, MOVED, CHANGED, SESSION_CHANGED, WAITING_INSTEAD, OFFERED_TO_SEVERAL})


class _Said(BaseModel):
    """Sentences in one language. Unknown words are mistakes, and are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Around(_Said):
    """What stands in every letter."""

    hello: str
    hello_nobody: str
    when: str
    where: str
    reference: str
    call: str
    help: str
    replaces: str
    calendar: str


class Sentences(_Said):
    """One kind of letter, with braces for what is known only when it is written."""

    subject: str
    opening: str
    paragraphs: tuple[str, ...]
    link: str = ""
    answer: str = ""
    """Of the link with which the patient says that they come."""


class Wording(_Said):
    """Everything that is said in one language: `letters` by the name of their kind, and VARIANTS."""

    around: Around
    letters: Mapping[str, Sentences]


@dataclass(frozen=True, slots=True)
class ClinicWords:
    """How the clinic is named towards the outside, and how it is reached. `hours` in the language of the letter."""

    outside_name: str
    phone: str
    hours: str
    address: str
    crisis_line: str
    emergency_line: str


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail before it has a format. `facts` are pairs of a word and what it says; `answer` and `link` are (words, address),
    in the order in which they stand there."""

    language: str
    subject: str
    greeting: str
    opening: str
    facts: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    answer: tuple[str, str] | None = None
    link: tuple[str, str] | None = None
    closing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What one letter is about, in the words of its language.

    `when` is the clinic's local time with its zone, such as `Thursday, June 18, 9:30 AM, Denver time (MDT)`; `day` its
    date alone; `until` the last day of the link, or when an answer is due at the latest. `link` and `answer` (to say that they
    come) are addresses only this patient knows, "" when there is none.
    `chosen` is the time that they had chosen and that others have now, or had booked and that cannot be kept; "" when there
    is none.
    """

    name: str
    day: str = ""
    when: str = ""
    until: str = ""
    reference: str = ""
    link: str = ""
    answer: str = ""
    chosen: str = ""
    is_read_first: bool = False
    is_moved: bool = False
    is_changed: bool = False
    is_shared: bool = False
    is_amended: bool = False


def letter(kind: MessageKind, clinic: ClinicWords, language: str, wording: Wording, about: About) -> Letter:
    """The words for one message."""
    around = wording.around
    known = {
        "clinic": clinic.outside_name,
        "phone": clinic.phone,
        "hours": clinic.hours,
        "crisis": clinic.crisis_line,
        "emergency": clinic.emergency_line,
        "day": about.day,
        "until": about.until,
        "chosen": about.chosen,
    }
    known["call"] = around.call.format(**known)
    facts: tuple[tuple[str, str], ...] = ()
    if kind.names_a_time:
        facts = ((around.when, about.when), (around.where, f"{clinic.outside_name}, {clinic.address}"))
    if about.reference:
        facts = (*facts, (around.reference, about.reference))
    said = wording.letters[_variant(kind, about)]
    return Letter(
        language=language,
        subject=one_line(said.subject.format(**known)),
        greeting=_greeting(around, one_line(about.name)),
        opening=said.opening.format(**known),
        facts=facts,
        paragraphs=tuple(
            paragraph.format(**known)
            for paragraph in ((around.replaces,) if kind in DECIDED and about.is_amended else ()) + said.paragraphs
        ),
        answer=(said.answer, about.answer) if about.answer and said.answer else None,
        link=(said.link, about.link) if about.link and said.link else None,
        closing=(clinic.outside_name, around.help.format(**known)),
    )


def _variant(kind: MessageKind, about: About) -> str:
    match kind:
        case MessageKind.REQUEST_RECEIVED if about.is_read_first:
            return READ_FIRST
        case MessageKind.CONSULTATION_SCHEDULED if about.chosen:
            return INSTEAD
        case MessageKind.CONSULTATION_SCHEDULED if about.is_moved:
            return MOVED
        case MessageKind.CONSULTATION_SCHEDULED if about.is_changed:
            return CHANGED
        case MessageKind.SESSION_SCHEDULED if about.is_changed:
            return SESSION_CHANGED
        case MessageKind.SLOT_OFFERED if about.is_shared:
            return OFFERED_TO_SEVERAL
        case MessageKind.CONSULTATION_WAITLISTED if about.chosen:
            return WAITING_INSTEAD
        case _:
            return kind


def _greeting(around: Around, name: str) -> str:
    """Anybody can write to any address through the public form, so only what looks like a name stands in the letter."""
    if not name or _NO_NAME.search(name):
        return around.hello_nobody
    return around.hello.format(name=name[:LONGEST_NAME])


def one_line(text: str) -> str:
    """Text that can stand in one line: every control character and line break is a space.

    The two joiners stay, because names in some scripts need them.
    """
    return " ".join("".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in text).split())
