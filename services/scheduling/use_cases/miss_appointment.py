"""The patient did not come."""

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.session import Session
from services.scheduling.store import appointment_acts, appointments, bookings, consultations, sessions, waiting_list
from services.scheduling.store.appointment_acts import Did
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.take_in_hand import Press, must_be_seen, take_in_hand
from shared.database import Transaction
from shared.events.consultation import ConsultationMissed
from shared.events.session import SessionMissed
from shared.events.values import DecidedBy


async def miss_appointment(tx: Transaction, press: Press) -> Appointment:
    """What of its time lies ahead is free at once, and the others are told. Twice is once.

    Raises NotTimeYet, AppointmentUnknown, AppointmentIsOver, ChangedMeanwhile.
    """
    hand = await take_in_hand(tx, press)
    after = hand.appointment.miss(tx.now)
    if after is hand.appointment:
        return after
    must_be_seen(hand.appointment, press)
    await appointments.save(tx, after)
    await bookings.free_ahead(tx, after.id, tx.now)
    await appointment_acts.keep(tx, after, Did.MISSED, staff_id=press.by)
    await waiting_list.review_at(tx, press.clinic_id, tx.now)
    if hand.session is not None:
        await _session_missed(tx, hand.session.miss(), after)
    elif hand.consultation is not None:
        await _consultation_missed(tx, hand.consultation.become(ConsultationState.MISSED), after)
    board_changed(tx, after)
    return after


async def _consultation_missed(tx: Transaction, missed: Consultation, appointment: Appointment) -> None:
    await consultations.save(tx, missed)
    tx.emit(
        ConsultationMissed(
            clinic_id=missed.clinic_id,
            patient_id=missed.patient_id,
            consultation_id=missed.id,
            request_id=missed.request_id,
            reference=missed.reference,
            by=DecidedBy.STAFF,
            appointment=appointment.told(),
        ),
        of=missed,
    )


async def _session_missed(tx: Transaction, missed: Session, appointment: Appointment) -> None:
    await sessions.save(tx, missed)
    tx.emit(
        SessionMissed(
            clinic_id=missed.clinic_id,
            patient_id=missed.patient_id,
            session_id=missed.id,
            course_id=missed.course_id,
            number=missed.number,
            by=DecidedBy.STAFF,
            appointment=appointment.told(),
        ),
        of=missed,
    )
