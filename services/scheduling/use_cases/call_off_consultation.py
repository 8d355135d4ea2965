"""A consultation will not take place: its time is everybody's again, and all are told."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.appointment import AHEAD
from services.scheduling.domain.change import NothingToChange, PatientReason, must_be_as_seen
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.session import CancelReason
from services.scheduling.store import appointments, consultations
from services.scheduling.use_cases.cancel_appointment import cancel_appointment
from services.scheduling.use_cases.end_offer import end_offer_of
from services.scheduling.use_cases.pages_changed import WAITING_LIST
from shared.database import Transaction
from shared.events.consultation import ConsultationCancelled
from shared.events.values import DecidedBy


@dataclass(frozen=True, slots=True)
class CallingOff:
    """`seen` is the revision that the patient had before them."""

    request_id: UUID
    seen: int
    reason: PatientReason | None = None


async def call_off_by_patient(tx: Transaction, asked: CallingOff) -> Consultation:
    """Until it begins: late is better than not at all. Calling off twice says it once.

    Raises NothingToChange, ChangedMeanwhile.
    """
    await consultations.alone_with(tx, asked.request_id)
    consultation = await consultations.lock_of_request(tx, asked.request_id)
    if consultation is None:
        raise NothingToChange
    if consultation.state is ConsultationState.CANCELLED:
        return consultation
    must_be_as_seen(await appointments.of_consultation(tx, consultation.id), asked.seen, tx.now)
    return await call_off(tx, consultation, DecidedBy.PATIENT, reason=asked.reason)


async def call_off(
    tx: Transaction,
    consultation: Consultation,
    by: DecidedBy,
    *,
    reason: PatientReason | CancelReason | None = None,
    staff_id: UUID | None = None,
) -> Consultation:
    """The consultation is locked, and can be cancelled."""
    if consultation.state is ConsultationState.WAITLISTED:
        await end_offer_of(tx, consultation.id)
        tx.changed(WAITING_LIST)
    appointment = await appointments.of_consultation(tx, consultation.id)
    if appointment is not None and appointment.state in AHEAD:
        appointment = await cancel_appointment(tx, appointment, by, by=staff_id, reason=reason)
    cancelled = consultation.become(ConsultationState.CANCELLED)
    await consultations.save(tx, cancelled)
    tx.emit(
        ConsultationCancelled(
            clinic_id=cancelled.clinic_id,
            patient_id=cancelled.patient_id,
            consultation_id=cancelled.id,
            request_id=cancelled.request_id,
            reference=cancelled.reference,
            by=by,
            appointment=appointment.told() if appointment else None,
        ),
        of=cancelled,
    )
    return cancelled
