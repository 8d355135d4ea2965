"""A clinician notes something of a consultation. What stood there before is kept."""

from uuid import UUID

from services.scheduling.domain.decision import NotedMeanwhile
from services.scheduling.store import consultation_notes, consultations
from services.scheduling.store.consultation_notes import SealedNote
from services.scheduling.use_cases.pages_changed import consultation_changed
from shared.database import Transaction


async def note_consultation(
    tx: Transaction, clinic_id: UUID, consultation_id: UUID, note: bytes, *, seen: int, by: UUID
) -> None:
    """`note` is sealed, in the place of the version that was seen. Raises ConsultationNotFound, NotedMeanwhile."""
    consultation = await consultations.lock_here(tx, clinic_id, consultation_id)
    if await consultation_notes.newest(tx, consultation.id) != seen:
        raise NotedMeanwhile
    await consultation_notes.add(tx, clinic_id, consultation.id, SealedNote(seen + 1, note, by, tx.now))
    consultation_changed(tx, consultation)
