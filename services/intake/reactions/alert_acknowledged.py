"""Notifications says: a member of staff took an alert upon themselves."""

from datetime import datetime

from services.intake.use_cases.acknowledge_risks import acknowledge_risks
from shared.database import Transaction
from shared.events.risk import AlertAcknowledged
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("intake")


@reactions.on_batch(AlertAcknowledged, repeatable=True)
async def record_acknowledgements(tx: Transaction, messages: list[Received[AlertAcknowledged]], now: datetime) -> None:
    del now
    await acknowledge_risks(tx, [message.event for message in messages])
