"""Somebody may be in danger."""

from datetime import datetime

from services.scheduling.use_cases.raise_urgency import raise_urgency
from shared.database import Transaction
from shared.events.risk import RiskRaised
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("scheduling")


@reactions.on(RiskRaised)
async def hurry_consultation_at_risk(tx: Transaction, message: Received[RiskRaised], now: datetime) -> None:
    await raise_urgency(tx, message.event, now)
