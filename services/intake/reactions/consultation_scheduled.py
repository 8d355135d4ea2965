"""Scheduling says of consultations: a time is booked."""

from datetime import datetime

from services.intake.domain.consultation import ConsultationState
from services.intake.use_cases.record_consultations import record_consultations
from shared.database import Transaction
from shared.events.consultation import ConsultationScheduled
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("intake")


@reactions.on_batch(ConsultationScheduled, repeatable=True)
async def record_consultations_scheduled(
    tx: Transaction, messages: list[Received[ConsultationScheduled]], now: datetime
) -> None:
    del now
    heard = [(message, message.event.appointment) for message in messages]
    await record_consultations(tx, heard, ConsultationState.SCHEDULED)
