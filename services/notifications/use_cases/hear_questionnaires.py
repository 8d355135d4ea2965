"""A questionnaire waits for a patient, or they have finished it."""

from collections.abc import Sequence

from services.notifications.domain.heard import QuestionnaireDue, QuestionnaireFinished
from services.notifications.domain.message import MessageKind, Plan
from services.notifications.store import links, messages
from shared.database.transaction import Transaction


async def hear_due(tx: Transaction, due: Sequence[QuestionnaireDue]) -> None:
    """The patient gets its link when it is due, unless they have finished it before."""
    await links.hear_due(tx, due)
    await messages.plan(tx, [_letter(one) for one in due])


async def hear_finished(tx: Transaction, finished: Sequence[QuestionnaireFinished]) -> None:
    """Nobody is asked again."""
    await links.hear_finished(tx, finished)
    await messages.cancel_untrue(tx, [one.questionnaire_id for one in finished])


def _letter(one: QuestionnaireDue) -> Plan:
    return Plan(
        MessageKind.SCALES_DUE,
        one.clinic_id,
        one.patient_id,
        about_id=one.questionnaire_id,
        revision=0,
        due_at=one.due_at,
        expires_at=one.expires_at,
    )
