"""What both public doors ask for to count who asks: `share_of(request)`, and then the share of each submission."""

from collections.abc import Callable

from starlette.requests import Request

from services.intake.domain.draft import Submission
from services.intake.domain.fair_share import WINDOW, Caps, Share
from services.intake.settings import IntakeSettings
from services.intake.use_cases.fair_shares import FairShares
from shared.keyring.blind_index import BlindIndex
from shared.settings import Settings
from shared.web.burst_limit import TokenBuckets
from shared.web.client_address import client_address, is_somebody, network_of


def fair_shares(settings: Settings, ours: IntakeSettings) -> FairShares:
    """Raises ValueError when SEALING_KEY is missing or malformed."""
    most = ours.address_requests_a_day
    buckets = TokenBuckets(most / WINDOW.total_seconds(), most) if most else None

    def crowded(network: str) -> bool:
        return buckets is not None and is_somebody(network) and buckets.take(network) > 0

    return FairShares(
        BlindIndex.from_settings(settings, "intake"),
        Caps(ours.contact_requests_a_day, ours.contact_booked_ahead),
        crowded,
    )


ShareOf = Callable[[Submission, bool], Share]
"""The share of a submission, and whether it looks like a program's."""


def shares_of(request: Request) -> FairShares:
    state = request.app.state
    if not hasattr(state, "fair_shares"):
        state.fair_shares = fair_shares(state.settings, IntakeSettings())
    return state.fair_shares


def share_of(request: Request) -> ShareOf:
    shares = shares_of(request)

    def of(submission: Submission, like_a_program: bool) -> Share:
        return shares.of(submission, network_of(client_address(request)), like_a_program=like_a_program)

    return of


def recognises(request: Request) -> BlindIndex:
    """By what a contact is known again, in searches of staff."""
    return BlindIndex.from_settings(request.app.state.settings, "intake")
