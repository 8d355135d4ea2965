"""Scheduling says of consultations: it took place, and this is what the clinician decided."""

from datetime import datetime

from services.intake.domain.consultation import ConsultationState
from services.intake.use_cases.record_consultations import record_consultations
from shared.database import Transaction
from shared.events.consultation import ConsultationCompleted
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("intake")


@reactions.on_batch(ConsultationCompleted, repeatable=True)
async def record_consultations_completed(
    tx: Transaction, messages: list[Received[ConsultationCompleted]], now: datetime
) -> None:
    del now
    heard = [(message, message.event.appointment) for message in messages]
    await record_consultations(tx, heard, ConsultationState.COMPLETED)
