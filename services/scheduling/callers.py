"""What the doors for patients ask for: whom a ticket was made for, and who asks too often."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request

from services.scheduling.domain.hold import WINDOW, HoldRules
from services.scheduling.problems import TicketRefused, TooManyHolds
from services.scheduling.settings import SchedulingSettings
from shared.clock import Clock
from shared.settings import Settings
from shared.web.burst_limit import TokenBuckets
from shared.web.client_address import client_address, is_somebody, network_of
from shared.web.hold_ticket import HoldTicket, HoldTicketVerifier
from shared.web.signing_keys import TokenInvalid

REACH = timedelta(days=400)
"""Nobody plans further, and a calendar ends somewhere."""


def within_reach(at: datetime, now: datetime) -> bool:
    """Whether a time that somebody sent can be meant at all."""
    return abs(at - now) < REACH


def whole_minute(at: datetime) -> bool:
    """Whether a start that somebody sent can stand in a calendar."""
    return at.second == 0 and at.microsecond == 0


@dataclass(frozen=True, slots=True)
class Holding:
    """How times are kept at this clinic, and for whom."""

    rules: HoldRules
    tickets: HoldTicketVerifier
    networks: TokenBuckets | None

    @classmethod
    def from_settings(cls, settings: Settings, ours: SchedulingSettings, clock: Clock) -> "Holding":
        """Raises ValueError when intake's public key is missing or malformed."""
        most, a_day = ours.address_holds, ours.address_holds_a_day
        return cls(
            ours.hold_rules(),
            HoldTicketVerifier.from_settings(settings, clock),
            TokenBuckets(a_day / WINDOW.total_seconds(), most) if most else None,
        )

    def read(self, ticket: str) -> HoldTicket:
        """Raises TicketRefused."""
        try:
            return self.tickets.verify(ticket)
        except TokenInvalid:
            raise TicketRefused from None

    def count(self, request: Request) -> None:
        """Raises TooManyHolds when many times were asked for from this network address. In memory: none is stored."""
        network = network_of(client_address(request))
        if self.networks is not None and is_somebody(network) and self.networks.take(network):
            raise TooManyHolds("Many times were asked for from here.")


async def _holding(request: Request) -> Holding:
    state = request.app.state
    if not hasattr(state, "holding"):
        state.holding = Holding.from_settings(state.settings, SchedulingSettings(), state.clock)
    return state.holding


TheHolding = Annotated[Holding, Depends(_holding)]
