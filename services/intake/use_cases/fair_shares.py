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
        if not self.caps.asked:
            return Share(caps=self.caps, held=held)
        email, mobile = self.counted_as(submission.email, submission.mobile)
        return Share(email=email, mobile=mobile, caps=self.caps, held=held)

    def counted_as(self, email: str | None, mobile: str | None) -> tuple[bytes | None, bytes | None]:
        """The keyed hashes by which these are counted, wherever they are."""
        return (
            self.index.of("email", mailbox_of(email)) if email else None,
            self.index.of("mobile", mobile) if mobile else None,
        )
