"""Scheduling says of consultations: no time fits yet, the patient stands on the waiting list."""

from datetime import datetime

from services.intake.domain.consultation import ConsultationState
from services.intake.use_cases.record_consultations import record_consultations
from shared.database import Transaction
from shared.events.consultation import ConsultationWaitlisted
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("intake")


@reactions.on_batch(ConsultationWaitlisted, repeatable=True)
async def record_consultations_waitlisted(
    tx: Transaction, messages: list[Received[ConsultationWaitlisted]], now: datetime
) -> None:
    del now
    await record_consultations(tx, [(message, None) for message in messages], ConsultationState.WAITLISTED)
