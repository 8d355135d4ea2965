"""What a scale came to is kept, and said once."""

from services.intake.domain.questionnaire.questionnaire import Questionnaire
from services.intake.domain.scales import Item9, Score
from services.intake.store import scale_scores
from services.intake.store.scale_scores import KeptScore
from shared.database import Transaction
from shared.events.questionnaire import QuestionnaireCompleted

_ABOVE_ZERO = {Item9.ABOVE_ZERO: True, Item9.ZERO: False}


async def keep_score(
    tx: Transaction, kept: KeptScore, score: Score, *, of: Questionnaire | None = None, finished: bool = True
) -> None:
    """`of` is the questionnaire it was answered in; None for a total that staff took from a paper form."""
    await scale_scores.add(tx, kept)
    tx.emit(
        QuestionnaireCompleted(
            clinic_id=kept.clinic_id,
            patient_id=kept.patient_id,
            completion_id=kept.id,
            questionnaire_id=kept.questionnaire_id,
            finished=finished,
            session_id=of.session_id if of else None,
            course_id=of.course_id if of else None,
            request_id=kept.request_id,
            scale=kept.scale,
            total=score.total,
            band=score.band.code if score.band else None,
            item_9_above_zero=_ABOVE_ZERO.get(score.item_9) if score.item_9 else None,
            completed_at=kept.taken_at,
        ),
        of=kept,
    )
    tx.changed(f"request:{kept.request_id}")
