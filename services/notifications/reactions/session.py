"""What scheduling says of infusion sessions."""

from datetime import datetime

from services.notifications.domain.heard import AppointmentHeard, SessionEnded
from services.notifications.use_cases.hear_appointments import hear_appointments
from services.notifications.use_cases.hear_session_ends import hear_session_ends
from shared.database.transaction import Transaction
from shared.events.session import SessionCancelled, SessionCompleted, SessionEvent, SessionMissed, SessionScheduled
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(SessionScheduled)
async def tell_session_times(tx: Transaction, messages: list[Received[SessionScheduled]], _now: datetime) -> None:
    await hear_appointments(tx, [_appointment(message.event, "booked") for message in messages])


@reactions.on_batch(SessionCancelled)
async def tell_session_cancellations(
    tx: Transaction, messages: list[Received[SessionCancelled]], _now: datetime
) -> None:
    await hear_appointments(tx, [_appointment(message.event, "cancelled") for message in messages])


@reactions.on_batch(SessionMissed)
async def stop_for_missed_sessions(tx: Transaction, messages: list[Received[SessionMissed]], _now: datetime) -> None:
    await hear_appointments(tx, [_appointment(message.event, "missed") for message in messages])


@reactions.on_batch(SessionCompleted)
async def show_session_ends(tx: Transaction, messages: list[Received[SessionCompleted]], _now: datetime) -> None:
    await hear_session_ends(tx, [_ended(message.event) for message in messages])


def _appointment(event: SessionEvent, state: str) -> AppointmentHeard:
    time = event.appointment
    return AppointmentHeard(
        appointment_id=time.appointment_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        kind="session",
        about_id=event.session_id,
        request_id=None,
        revision=time.revision,
        state=state,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        zone=time.zone,
        local_start=time.local_start,
        decided_by=event.by,
    )


def _ended(event: SessionCompleted) -> SessionEnded:
    return SessionEnded(
        session_id=event.session_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        appointment_id=event.appointment_id,
        number=event.number,
        started_at=event.started_at,
        ended_at=event.ended_at,
        outcome=event.outcome,
        worst_severity=event.worst_severity,
    )
