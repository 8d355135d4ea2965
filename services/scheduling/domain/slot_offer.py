"""A free time that is offered to somebody who waits: how a clinic does it, until when they may answer, what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.daytime import daytime
from services.scheduling.domain.wall_clock import day_of

IN_THE_MORNING = timedelta(hours=1)
"""Whoever may sleep over it has at least this long after WAKES."""
WHOLE = timedelta(minutes=5)
"""A deadline is said to people, so it is a time that one says."""


class Way(StrEnum):
    """What is done with a time that is free while people wait."""

    BOOK = "book"
    """The first in line gets it, and is told."""
    ONE_BY_ONE = "one-by-one"
    """One is asked, then the next."""
    SEVERAL = "several"
    """Several are asked, and the first who accepts has it."""


@dataclass(frozen=True, slots=True)
class Offering:
    """How a clinic gives freed times away. `nearer_than`: what begins sooner than that is booked without asking, and so is
    everything for the urgent where `book_urgent`."""

    way: Way = Way.BOOK
    within: timedelta = timedelta(hours=2)
    at_once: int = 3
    book_urgent: bool = True
    nearer_than: timedelta = timedelta(hours=24)

    @classmethod
    def in_hours(cls, way: Way, within: float, at_once: int, nearer_than: int, *, book_urgent: bool) -> "Offering":
        """As people say it: hours, of which an answer has a quarter at least."""
        minutes = timedelta(minutes=round(within * 60))
        return cls(way, minutes, at_once, book_urgent, timedelta(hours=nearer_than))

    @property
    def asked(self) -> int:
        """How many are asked for one time."""
        return self.at_once if self.way is Way.SEVERAL else 1


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    """Not answered in time."""
    TAKEN = "taken"
    """Somebody else who was asked too was first."""
    ENDED = "ended"
    """The patient does not wait any more, or staff took the offer back."""


class OfferIsOver(Exception):
    """The time is not theirs to take any more; their place on the list stays."""

    def __init__(self, state: OfferState) -> None:
        super().__init__(f"this offer is {state.value}")
        self.state = state


class OfferUnknown(LookupError):
    """No offer has this link, or this id."""


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """One time, offered to one patient. `appointment_id` is the appointment that holds it; several offers may share one."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    consultation_id: UUID
    request_id: UUID
    reference: str
    appointment_id: UUID | None
    shared: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    offered_at: datetime
    answer_by: datetime
    state: OfferState = OfferState.OPEN
    offered_by: UUID | None = None
    """Staff id; None when it was the list's turn."""
    answered_at: datetime | None = None
    answered_by: UUID | None = None
    """Staff id, where the patient said it by telephone."""
    version: int = 1

    @property
    def open(self) -> bool:
        return self.state is OfferState.OPEN


def answer_by(now: datetime, within: timedelta, zone: str) -> datetime:
    """The end of an offer that is made now: only hours in which people are awake count, so it never ends at night before
    anybody could read it."""
    day, left = day_of(now, zone), within
    while True:
        for hours in daytime(day, zone):
            begin = max(now, hours.start)
            if begin + left <= hours.end:
                return _said(begin + left)
            if begin < hours.end:
                left = max(left - (hours.end - begin), min(within, IN_THE_MORNING))
        day += timedelta(days=1)


def _said(at: datetime) -> datetime:
    """The next time that one would say."""
    past = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return at + (WHOLE - past) if past else at
