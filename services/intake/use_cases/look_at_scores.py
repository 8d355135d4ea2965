"""What a patient's scales came to over time: the patient sees their own, staff see it with the request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.questionnaire.questionnaire import Questionnaire
from services.intake.domain.questionnaire.sheet import Sheet
from services.intake.domain.questionnaire.trend import Taken, Trend, trends
from services.intake.store import consultation_requests, questionnaires, request_answers, scale_scores
from services.intake.store.request_answers import open_reading
from services.intake.store.scale_scores import KeptScore, open_score
from services.intake.store.sealed_answers import open_answers
from shared.database import Transaction
from shared.keyring.ciphers import PatientCipher


@dataclass(frozen=True, slots=True)
class Scores:
    """Still sealed. `reading` is of the request, and with it the baseline."""

    request_id: UUID
    requested_at: datetime
    reading: bytes | None
    kept: list[KeptScore]
    asked: list[Questionnaire]

    def trends(self, cipher: PatientCipher) -> tuple[Trend, ...]:
        """Raises SealBroken."""
        before = open_reading(cipher, self.request_id, self.reading).scores if self.reading else ()
        return trends(
            [
                *(Taken(self.requested_at, score, before=True) for score in before),
                *(Taken(kept.taken_at, open_score(cipher, kept)) for kept in self.kept),
            ]
        )

    def left_out_safety(self, cipher: PatientCipher) -> bool:
        """Whether in the latest questionnaire a question about safety was shown and left out. Raises SealBroken."""
        return any(
            Sheet(one.plan, open_answers(cipher, one.id, one.answers)).staff_ask_about_safety for one in self.asked[:1]
        )


async def look_at_scores(tx: Transaction, clinic_id: UUID, request_id: UUID) -> Scores:
    """Raises RequestNotFound."""
    request = await consultation_requests.get(tx, clinic_id, request_id)
    return Scores(
        request_id,
        request.requested_at,
        await request_answers.sealed_of(tx, request_id),
        await scale_scores.of_patient(tx, clinic_id, request.patient_id),
        await questionnaires.of_patient(tx, clinic_id, request.patient_id),
    )
