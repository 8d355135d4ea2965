"""Staff enter the total of a scale whose questions are on the clinic's own paper form."""

from uuid import UUID

from services.intake.domain.refusal import NotPossible
from services.intake.domain.scales import SCALES, ScaleCode
from services.intake.store import consultation_requests, scale_scores
from services.intake.store.scale_scores import KeptScore, seal_score
from services.intake.use_cases.keep_score import keep_score
from shared.database import Transaction
from shared.keyring.ciphers import PatientCipher


async def enter_total(
    tx: Transaction,
    clinic_id: UUID,
    request_id: UUID,
    scale: ScaleCode,
    total: int,
    *,
    entry_id: UUID,
    by: UUID,
    cipher: PatientCipher,
) -> None:
    """`entry_id` was made when the form was shown: sent twice, it is entered once.

    Raises RequestNotFound, and NotPossible for a total that the scale does not have.
    """
    request = await consultation_requests.get(tx, clinic_id, request_id)
    if SCALES[scale].items:
        raise NotPossible("The patient answers the questions of this scale themselves.")
    score = SCALES[scale].of_total(total)
    kept = KeptScore(
        id=entry_id,
        clinic_id=clinic_id,
        patient_id=request.patient_id,
        request_id=request_id,
        questionnaire_id=None,
        scale=scale,
        sealed=seal_score(cipher, entry_id, score),
        taken_at=tx.now,
        entered_by=by,
    )
    if not await scale_scores.is_known(tx, entry_id):
        await keep_score(tx, kept, score)
