"""What sending needs of the world: a mail server, and scheduling's word. Tests give twins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.notifications.domain.invitation import Invitation
from services.notifications.domain.message import Standing
from services.notifications.domain.wording import Letter


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail: what to say, to whom, and what makes a second attempt the same message as the first."""

    letter: Letter
    invitation: Invitation | None
    sender: str
    sender_name: str
    recipient: str
    message_id: str
    dated: datetime


class AddressRefused(Exception):
    """The mail server says for good that this recipient cannot be reached (5xx)."""


class ComeAgainLater(Exception):
    """The mail server is there and does not take the message now (4xx, or it does not accept us)."""


class NoAnswer(Exception):
    """The mail server was not reached, or fell silent. `maybe_taken`: the message may have arrived all the same."""

    def __init__(self, *, maybe_taken: bool) -> None:
        super().__init__("the mail server does not answer")
        self.maybe_taken = maybe_taken


class MailServer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Returns when the server has taken it. Raises AddressRefused, ComeAgainLater, NoAnswer."""
        ...


class SchedulingSilent(Exception):
    """Scheduling was not reached, or says that it cannot answer anything now."""


class Scheduling(Protocol):
    async def standing(self, appointment_id: UUID) -> Standing | None:
        """The appointment as it is at this moment; None when scheduling is there and does not tell of this one.

        Raises SchedulingSilent.
        """
        ...

    async def change_link(self, request_id: UUID) -> str | None:
        """The path of a new link with which the patient changes the appointment of this request; None when there is
        nothing to change. Raises SchedulingSilent.
        """
        ...

    async def offer_link(self, offer_id: UUID) -> str | None:
        """The path of a new link with which the patient answers this offer; None when it is over. Raises
        SchedulingSilent."""
        ...

    async def attendance_link(self, appointment_id: UUID, revision: int) -> str | None:
        """The path of a new link with which the patient says that they come at the time of this revision; None when it is not
        the time any more. Raises SchedulingSilent."""
        ...
