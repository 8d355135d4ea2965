"""A patient cannot be reached by message: staff get a task to phone."""

from uuid import UUID

from services.notifications.store import inbox
from services.notifications.store.claimed_messages import Claimed
from services.notifications.store.inbox import News
from shared.database.transaction import Transaction


async def ask_to_phone(tx: Transaction, message: Claimed, why: str) -> None:
    """One task a message. It says more than the one from the patient's request, and takes its place."""
    await inbox.add(
        tx,
        [
            News(
                "phone",
                message.id,
                message.clinic_id,
                tx.now,
                patient_id=message.patient_id,
                request_id=message.request_id,
                appointment_id=message.appointment_id,
                message_id=message.id,
                urgency="soon",
                facts={"why": why, "message": str(message.kind)},
            )
        ],
    )
    request: list[UUID] = [message.request_id] if message.request_id else []
    await inbox.resolve(tx, "phone", request)
