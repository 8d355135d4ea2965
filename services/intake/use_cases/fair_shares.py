"""Which share of the calendar a public request is taken from (docs/decisions/0070)."""

from collections.abc import Callable
from dataclasses import dataclass

from services.intake.domain.draft import Submission
from services.intake.domain.fair_share import Caps, Held, Share, mailbox_of
from shared.keyring.blind_index import BlindIndex


@dataclass(frozen=True, slots=True)
class FairShares:
    """`crowded` counts a request from a network address, and says whether more came from there than may book."""

    index: BlindIndex
    caps: Caps
    crowded: Callable[[str], bool]

    def of(self, submission: Submission, network: str, *, like_a_program: bool = False) -> Share:
        held = None
        if self.crowded(network):
            held = Held.SAME_PLACE
        if like_a_program:
            held = Held.LIKE_A_PROGRAM
        return Share(self._contacts(submission) if self.caps.asked else (), self.caps, held)

    def _contacts(self, submission: Submission) -> tuple[bytes, ...]:
        contacts: list[bytes] = []
        if submission.email:
            contacts.append(self.index.of("email", mailbox_of(submission.email)))
        if submission.mobile:
            contacts.append(self.index.of("mobile", submission.mobile))
        return tuple(contacts)
