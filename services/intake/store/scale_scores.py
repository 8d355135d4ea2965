"""The table `scale_score`: what a questionnaire or a paper form came to, sealed and never changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from services.intake.domain.scales import Score
from shared.database import Transaction
from shared.keyring.ciphers import PatientCipher

_FORM = TypeAdapter(Score)


@dataclass(frozen=True, slots=True)
class KeptScore:
    """`questionnaire_id` is None for a total that `entered_by` took from a paper form."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    questionnaire_id: UUID | None
    scale: str
    sealed: bytes
    taken_at: datetime
    entered_by: UUID | None = None
    version: int = 1


async def add(tx: Transaction, kept: KeptScore) -> None:
    await tx.execute(
        """
        insert into scale_score
               (id, clinic_id, patient_id, request_id, questionnaire_id, scale, score, taken_at, entered_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        kept.id,
        kept.clinic_id,
        kept.patient_id,
        kept.request_id,
        kept.questionnaire_id,
        kept.scale,
        kept.sealed,
        kept.taken_at,
        kept.entered_by,
    )


async def is_known(tx: Transaction, score_id: UUID) -> bool:
    """Whoever asks at the same moment about the same id waits for the answer."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1::text, 0))", str(score_id))
    return await tx.fetchval("select exists (select from scale_score where id = $1)", score_id)


async def of_patient(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> list[KeptScore]:
    """Oldest first."""
    rows = await tx.fetch(
        """
        select id, clinic_id, patient_id, request_id, questionnaire_id, scale, score as sealed, taken_at, entered_by
          from scale_score
         where clinic_id = $1 and patient_id = $2
         order by taken_at, id
        """,
        clinic_id,
        patient_id,
    )
    return [KeptScore(**row) for row in rows]


def seal_score(cipher: PatientCipher, score_id: UUID, score: Score) -> bytes:
    return cipher.seal(_FORM.dump_json(score, warnings="error"), _context(score_id))


def open_score(cipher: PatientCipher, kept: KeptScore) -> Score:
    """Raises SealBroken."""
    return _FORM.validate_json(cipher.open(kept.sealed, _context(kept.id)))


def _context(score_id: UUID) -> str:
    return f"scale-score:{score_id}"
