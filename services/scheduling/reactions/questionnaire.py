"""What patients' questionnaires came to."""

from datetime import datetime

from services.scheduling.domain.scale_total import ScaleTotal
from services.scheduling.store import scale_totals
from shared.database import Transaction
from shared.events.questionnaire import QuestionnaireCompleted
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("scheduling")


@reactions.on_batch(QuestionnaireCompleted, repeatable=True)
async def keep_scale_totals(tx: Transaction, messages: list[Received[QuestionnaireCompleted]], _now: datetime) -> None:
    await scale_totals.keep(tx, [_total(message.event) for message in messages])


def _total(event: QuestionnaireCompleted) -> ScaleTotal:
    return ScaleTotal(
        completion_id=event.completion_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        questionnaire_id=event.questionnaire_id,
        session_id=event.session_id,
        course_id=event.course_id,
        request_id=event.request_id,
        scale=event.scale,
        total=event.total,
        band=event.band,
        item_9_above_zero=event.item_9_above_zero,
        completed_at=event.completed_at,
    )
