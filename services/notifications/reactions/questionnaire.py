"""What intake says of questionnaires. What they came to is nobody's business here."""

from datetime import datetime

from services.notifications.domain.heard import QuestionnaireDue, QuestionnaireFinished
from services.notifications.use_cases.hear_questionnaires import hear_due, hear_finished
from shared.database.transaction import Transaction
from shared.events.questionnaire import QuestionnaireCompleted, ScalesDue
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(ScalesDue)
async def ask_due_questions(tx: Transaction, messages: list[Received[ScalesDue]], _now: datetime) -> None:
    await hear_due(tx, [_due(message.event) for message in messages])


@reactions.on_batch(QuestionnaireCompleted)
async def stop_asking(tx: Transaction, messages: list[Received[QuestionnaireCompleted]], _now: datetime) -> None:
    await hear_finished(
        tx,
        [
            QuestionnaireFinished(
                event.questionnaire_id, event.clinic_id, event.patient_id, event.session_id, event.completed_at
            )
            for event in (message.event for message in messages)
            if event.finished and event.questionnaire_id
        ],
    )


def _due(event: ScalesDue) -> QuestionnaireDue:
    return QuestionnaireDue(
        questionnaire_id=event.questionnaire_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        session_id=event.session_id,
        sealed=event.contact.sealed,
        person_version=event.contact.person_version,
        due_at=event.due_at,
        expires_at=event.expires_at,
    )
