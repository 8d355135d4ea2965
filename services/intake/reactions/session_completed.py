"""Scheduling says: an infusion ended and the patient has left."""

from datetime import datetime

from services.intake.use_cases.note_sessions_completed import note_sessions_completed
from shared.database import Transaction
from shared.events.session import SessionCompleted
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("intake")


@reactions.on_batch(SessionCompleted, repeatable=True)
async def note_follow_ups(tx: Transaction, messages: list[Received[SessionCompleted]], now: datetime) -> None:
    del now
    await note_sessions_completed(tx, [message.event for message in messages])
