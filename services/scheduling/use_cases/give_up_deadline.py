"""Nobody needs to keep a deadline any more, and a clinician says why."""

from datetime import datetime
from uuid import UUID

from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.late import DeadlineChanged, DeadlineGivenUp, GivenUpBecause
from services.scheduling.store import consultations, late
from services.scheduling.use_cases.pages_changed import consultation_changed
from shared.database import Transaction
from shared.events import consultation as events
from shared.ids import uuid7


async def give_up_deadline(
    tx: Transaction, clinic_id: UUID, consultation_id: UUID, because: GivenUpBecause, *, seen: datetime, by: UUID
) -> None:
    """`seen` is the deadline that stood on the page: a nearer one, of a graver risk, is not given up with it. Twice is once.

    Raises ConsultationNotFound, DeadlineChanged.
    """
    consultation = await consultations.lock_here(tx, clinic_id, consultation_id)
    if consultation.due_by != seen:
        raise DeadlineChanged("The deadline is not the one that the page showed.")
    given_up = DeadlineGivenUp(uuid7())
    if await late.give_up(tx, consultation, given_up, because, by):
        _say(tx, consultation, given_up, because)
    consultation_changed(tx, consultation)


def _say(tx: Transaction, consultation: Consultation, given_up: DeadlineGivenUp, because: GivenUpBecause) -> None:
    assert consultation.due_by is not None
    tx.emit(
        events.DeadlineGivenUp(
            clinic_id=consultation.clinic_id,
            patient_id=consultation.patient_id,
            given_up_id=given_up.id,
            consultation_id=consultation.id,
            request_id=consultation.request_id,
            due_by=consultation.due_by,
            because=because,
            given_up_at=tx.now,
        ),
        of=given_up,
    )
