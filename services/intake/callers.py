"""What both public doors ask for to count who asks: `shares: TheShares, network: TheNetwork`."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from services.intake.domain.fair_share import WINDOW, Caps
from services.intake.settings import IntakeSettings
from services.intake.use_cases.fair_shares import FairShares
from shared.keyring.blind_index import BlindIndex
from shared.settings import Settings
from shared.web.burst_limit import TokenBuckets
from shared.web.client_address import UNKNOWN, client_address, network_of


def fair_shares(settings: Settings, ours: IntakeSettings) -> FairShares:
    """Raises ValueError when SEALING_KEY is missing or malformed."""
    most = ours.address_requests_a_day if settings.burst_rate else 0
    buckets = TokenBuckets(most / WINDOW.total_seconds(), most) if most else None

    def crowded(network: str) -> bool:
        return buckets is not None and network != UNKNOWN and buckets.take(network) > 0

    return FairShares(
        BlindIndex.from_settings(settings, "intake"),
        Caps(ours.contact_requests_a_day, ours.contact_booked_ahead),
        crowded,
    )


async def _shares(request: Request) -> FairShares:
    state = request.app.state
    if not hasattr(state, "fair_shares"):
        state.fair_shares = fair_shares(state.settings, IntakeSettings())
    return state.fair_shares


async def _network(request: Request) -> str:
    return network_of(client_address(request))


TheShares = Annotated[FairShares, Depends(_shares)]
TheNetwork = Annotated[str, Depends(_network)]
