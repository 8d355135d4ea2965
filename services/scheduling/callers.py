"""What the doors for patients ask for: whom a ticket was made for, and by whom a kept time is counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request

from services.scheduling.domain.hold import HoldRules, Taking
from services.scheduling.problems import TicketRefused
from services.scheduling.settings import SchedulingSettings
from shared.clock import Clock
from shared.keyring.blind_index import BlindIndex
from shared.settings import Settings
from shared.web.client_address import client_address, is_somebody, network_of
from shared.web.hold_ticket import HoldTicket, HoldTicketVerifier
from shared.web.signing_keys import TokenInvalid

REACH = timedelta(days=400)
"""Nobody plans further, and a calendar ends somewhere."""


def within_reach(at: datetime, now: datetime) -> bool:
    """Whether a time that somebody sent can be meant at all."""
    return abs(at - now) < REACH


@dataclass(frozen=True, slots=True)
class Holding:
    """How times are kept at this clinic, and for whom."""

    rules: HoldRules
    tickets: HoldTicketVerifier
    index: BlindIndex

    @classmethod
    def from_settings(cls, settings: Settings, ours: SchedulingSettings, clock: Clock) -> "Holding":
        """Raises ValueError when intake's public key or SEALING_KEY is missing or malformed."""
        return cls(
            ours.hold_rules(),
            HoldTicketVerifier.from_settings(settings, clock),
            BlindIndex.from_settings(settings, "scheduling"),
        )

    def read(self, ticket: str) -> HoldTicket:
        """Raises TicketRefused."""
        try:
            return self.tickets.verify(ticket)
        except TokenInvalid:
            raise TicketRefused from None

    def taking(self, ticket: HoldTicket, request: Request) -> Taking:
        network = network_of(client_address(request))
        return Taking(ticket.contacts, self.index.of("network", network) if is_somebody(network) else None)


async def _holding(request: Request) -> Holding:
    state = request.app.state
    if not hasattr(state, "holding"):
        state.holding = Holding.from_settings(state.settings, SchedulingSettings(), state.clock)
    return state.holding


TheHolding = Annotated[Holding, Depends(_holding)]
