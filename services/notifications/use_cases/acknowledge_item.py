"""A member of staff says: I have seen this. For a risk it means: I take it."""

from uuid import UUID

from services.notifications.store import alerts, inbox, inbox_items
from shared.database.transaction import Transaction
from shared.events.risk import AlertAcknowledged

CHANNEL = "inbox"


async def acknowledge_item(tx: Transaction, clinic_id: UUID, item_id: UUID, attention: int, by: UUID) -> bool:
    """False when somebody was first, or when there is news that this person has not seen yet. Raises ItemNotFound.

    Of several people at once exactly one takes a risk, and the others are told so by what they see next.
    """
    item = await inbox_items.lock(tx, clinic_id, item_id)
    if not await inbox.acknowledge(tx, clinic_id, item_id, attention, by):
        return False
    if item.kind == "risk":
        await _take(tx, item.subject, by)
    return True


async def _take(tx: Transaction, alert_id: UUID, by: UUID) -> None:
    before = await alerts.lock(tx, alert_id)
    after = before.acknowledged(by, tx.now)
    if after is before:
        return
    await alerts.save(tx, after)
    tx.emit(
        AlertAcknowledged(
            clinic_id=after.clinic_id,
            patient_id=after.patient_id,
            alert_id=after.id,
            staff_id=by,
            acknowledged_at=tx.now,
            channel=CHANNEL,
        ),
        of=after,
    )
