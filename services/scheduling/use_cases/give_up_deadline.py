"""Nobody needs to keep a deadline any more, and a clinician says why."""

from datetime import datetime
from uuid import UUID

from services.scheduling.domain.late import DeadlineChanged, GivenUpBecause
from services.scheduling.store import consultations, late
from services.scheduling.use_cases.pages_changed import consultation_changed
from shared.database import Transaction


async def give_up_deadline(
    tx: Transaction, clinic_id: UUID, consultation_id: UUID, because: GivenUpBecause, *, seen: datetime, by: UUID
) -> None:
    """`seen` is the deadline that stood on the page: a nearer one, of a graver risk, is not given up with it. Twice is once.

    Raises ConsultationNotFound, DeadlineChanged.
    """
    consultation = await consultations.lock_here(tx, clinic_id, consultation_id)
    if consultation.due_by != seen:
        raise DeadlineChanged("The deadline is not the one that the page showed.")
    await late.give_up(tx, consultation, because, by)
    consultation_changed(tx, consultation)
