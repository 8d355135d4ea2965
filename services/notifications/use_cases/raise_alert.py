"""Somebody may be in danger: it stands on top of every inbox until a person takes it."""

from services.notifications.domain.heard import RiskHeard
from services.notifications.store import alerts, inbox
from services.notifications.store.inbox import News
from shared.database.transaction import Transaction


async def raise_alert(tx: Transaction, risk: RiskHeard) -> None:
    """Once for every risk, however often it is heard."""
    if not await alerts.add(tx, risk):
        return
    await inbox.add(
        tx,
        [
            News(
                "risk",
                risk.risk_id,
                risk.clinic_id,
                risk.raised_at,
                patient_id=risk.patient_id,
                request_id=risk.request_id,
                urgency="urgent",
            )
        ],
    )
