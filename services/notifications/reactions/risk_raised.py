"""Risk to a patient's life: heard ahead of everything else, one by one, never in a batch."""

from datetime import datetime

from services.notifications.domain.heard import RiskHeard
from services.notifications.use_cases.raise_alert import raise_alert
from shared.database.transaction import Transaction
from shared.events.risk import RiskRaised
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on(RiskRaised)
async def show_risk(tx: Transaction, message: Received[RiskRaised], _now: datetime) -> None:
    event = message.event
    await raise_alert(
        tx,
        RiskHeard(
            risk_id=event.risk_id,
            clinic_id=event.clinic_id,
            patient_id=event.patient_id,
            level=event.level,
            seen_in=event.seen_in,
            request_id=event.request_id,
            reference=event.reference,
            raised_at=event.raised_at,
        ),
    )
