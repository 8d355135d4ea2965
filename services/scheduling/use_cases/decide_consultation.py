"""A clinician says what came of a consultation: suitable, not suitable, or more must be known."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.decision import AmendedBecause, Decision, DecisionReason, decide
from services.scheduling.store import appointments, consultations, decisions
from services.scheduling.use_cases.complete_appointment import complete_appointment
from services.scheduling.use_cases.pages_changed import consultation_changed
from shared.database import Transaction
from shared.events.consultation import ConsultationCompleted, ConsultationDecision
from shared.events.values import DecidedBy


@dataclass(frozen=True, slots=True)
class Deciding:
    """`seen` is the number of the decision that stood on the page: 0 for none. `note` is sealed already."""

    consultation_id: UUID
    decision: ConsultationDecision
    reason: DecisionReason
    seen: int
    by: UUID
    because: AmendedBecause | None = None
    note: bytes | None = None


async def decide_consultation(tx: Transaction, clinic_id: UUID, deciding: Deciding) -> Decision:
    """Keeps the decision, ends the appointment, and says which it is; the same one again says nothing new.

    Raises ConsultationNotFound, NotYetSeen, DecidedMeanwhile, ReasonMismatch.
    """
    consultation = await consultations.lock_here(tx, clinic_id, deciding.consultation_id)
    appointment = await appointments.of_consultation(tx, consultation.id)
    last = next(iter(await decisions.of_consultation(tx, consultation.id)), None)
    new = Decision(
        consultation_id=consultation.id,
        number=deciding.seen + 1,
        decision=deciding.decision,
        reason=deciding.reason,
        by=deciding.by,
        at=tx.now,
        because=deciding.because,
        note=deciding.note,
    )
    decide(consultation, appointment, last, new)
    assert appointment is not None
    await decisions.add(tx, clinic_id, new)
    consultation_changed(tx, consultation)
    if last is None or not new.says_the_same(last):
        ended_at = min(tx.now, appointment.ends_at)
        after = await complete_appointment(tx, appointment, ended_at, by=deciding.by)
        await _say(tx, consultation, after, new)
    return new


async def _say(tx: Transaction, before: Consultation, appointment: Appointment, new: Decision) -> None:
    after = before.become(ConsultationState.COMPLETED)
    await consultations.save(tx, after)
    tx.emit(
        ConsultationCompleted(
            clinic_id=after.clinic_id,
            patient_id=after.patient_id,
            consultation_id=after.id,
            request_id=after.request_id,
            reference=after.reference,
            by=DecidedBy.STAFF,
            appointment=appointment.told(),
            decision=new.decision,
            decided_at=new.at,
            amended=new.number > 1,
        ),
        of=after,
    )
