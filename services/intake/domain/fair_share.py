"""How much of the calendar one contact may take before a person looks. What is more than a share is kept, never refused:
behind it may be somebody in need."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

WINDOW = timedelta(days=1)


class Held(StrEnum):
    """Why a request is not booked by itself."""

    ASKED_OFTEN = "asked-often"
    """One e-mail address or phone number has asked more often in a WINDOW than a family does."""
    BOOKED_AHEAD = "booked-ahead"
    """It has as many consultations ahead, or being booked, as one contact gets by itself."""
    SAME_PLACE = "same-place"
    """More requests came from one network address in a WINDOW than from a household, a shelter or a clinic's own Wi-Fi."""
    LIKE_A_PROGRAM = "like-a-program"
    """A field that people do not see was filled in: by a program, or by a browser that fills in everything."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What one contact gets without a person: requests in a WINDOW, and consultations that lie ahead."""

    asked: int
    ahead: int


@dataclass(frozen=True, slots=True)
class Share:
    """Which share a request is taken from. `email` and `mobile` are keyed hashes; None is not counted.

    `held` when it is not to be booked by itself, whatever the contacts have taken so far.
    """

    email: bytes | None = None
    mobile: bytes | None = None
    caps: Caps = Caps(0, 0)
    held: Held | None = None


NOT_COUNTED = Share()
"""Of whom staff enter: they have looked already."""


def mailbox_of(email: str) -> str:
    """What counts as one e-mail address: case and what follows a plus lead to the same mailbox almost everywhere.

    Only ever compared. Where two mailboxes count as one, a person looks at a request that needed nobody, no more.
    """
    local, _, domain = email.casefold().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"
