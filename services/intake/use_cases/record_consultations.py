"""Scheduling said what became of consultations: keep the newest, and show it to whoever is looking."""

from collections.abc import Iterable

from services.intake.domain.consultation import Appointment, Consultation, ConsultationState
from services.intake.store import consultations
from shared.database import Transaction
from shared.events.consultation import ConsultationCompleted, ConsultationEvent
from shared.events.values import AppointmentTime
from shared.messaging.envelope import Received


async def record_consultations(
    tx: Transaction,
    heard: Iterable[tuple[Received[ConsultationEvent], AppointmentTime | None]],
    state: ConsultationState,
) -> None:
    """Order, repetition and gaps do not matter: the row with scheduling's highest version stays.

    Only the view of a request changes here, never the request itself: whether it is withdrawn is intake's to say.
    """
    said = [
        Consultation(
            request_id=message.event.request_id,
            clinic_id=message.event.clinic_id,
            consultation_id=message.event.consultation_id,
            version=message.version,
            state=state,
            appointment=_appointment(at) if at else None,
            decision=message.event.decision if isinstance(message.event, ConsultationCompleted) else None,
        )
        for message, at in heard
    ]
    await consultations.hear(tx, said)
    tx.changed("requests", *(f"request:{one.request_id}" for one in said))


def _appointment(at: AppointmentTime) -> Appointment:
    return Appointment(
        id=at.appointment_id,
        revision=at.revision,
        starts_at=at.starts_at,
        ends_at=at.ends_at,
        zone=at.zone,
        local_start=at.local_start,
        clinician_id=at.clinician_id,
    )
