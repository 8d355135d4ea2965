"""What scheduling says of a consultation."""

from datetime import datetime

from services.notifications.domain.heard import (
    AppointmentHeard,
    ConsultationEnded,
    ConsultationHeard,
    DeadlineGivenUpHeard,
    LateHeard,
)
from services.notifications.store.slot_offers import OfferHeard
from services.notifications.use_cases.hear_consultations import hear_consultations, hear_decisions
from services.notifications.use_cases.hear_late import hear_given_up, hear_late
from services.notifications.use_cases.hear_offers import hear_offers
from services.notifications.use_cases.send_change_links import send_change_links
from shared.database.transaction import Transaction
from shared.events.consultation import (
    ChangeLinkAsked,
    ConsultationCancelled,
    ConsultationCompleted,
    ConsultationEvent,
    ConsultationLate,
    ConsultationMissed,
    ConsultationScheduled,
    ConsultationWaitlisted,
    DeadlineGivenUp,
    SlotOffered,
)
from shared.events.values import AppointmentTime
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(ConsultationScheduled)
async def tell_times(tx: Transaction, messages: list[Received[ConsultationScheduled]], _now: datetime) -> None:
    await hear_consultations(
        tx,
        [_consultation(one.event, one.version, "scheduled", one.event.appointment) for one in messages],
        [_appointment(one.event, "booked", one.event.appointment) for one in messages],
    )


@reactions.on_batch(ConsultationCancelled)
async def tell_cancellations(tx: Transaction, messages: list[Received[ConsultationCancelled]], _now: datetime) -> None:
    await hear_consultations(
        tx,
        [_consultation(one.event, one.version, "cancelled", one.event.appointment) for one in messages],
        [_appointment(one.event, "cancelled", time) for one in messages if (time := one.event.appointment)],
    )


@reactions.on_batch(ConsultationMissed)
async def show_missed(tx: Transaction, messages: list[Received[ConsultationMissed]], _now: datetime) -> None:
    await hear_consultations(
        tx,
        [_consultation(one.event, one.version, "missed", one.event.appointment) for one in messages],
        [_appointment(one.event, "missed", one.event.appointment) for one in messages],
    )


@reactions.on_batch(ConsultationWaitlisted)
async def tell_waiting(tx: Transaction, messages: list[Received[ConsultationWaitlisted]], _now: datetime) -> None:
    await hear_consultations(tx, [_consultation(one.event, one.version, "waitlisted", None) for one in messages], [])


@reactions.on_batch(SlotOffered)
async def tell_offers(tx: Transaction, messages: list[Received[SlotOffered]], _now: datetime) -> None:
    await hear_offers(tx, [_offer(message.event) for message in messages])


@reactions.on_batch(ConsultationCompleted)
async def tell_decisions(tx: Transaction, messages: list[Received[ConsultationCompleted]], _now: datetime) -> None:
    await hear_decisions(
        tx,
        [_consultation(one.event, one.version, "completed", one.event.appointment) for one in messages],
        [_ended(one.event) for one in messages],
    )


@reactions.on_batch(ConsultationLate)
async def show_late(tx: Transaction, messages: list[Received[ConsultationLate]], _now: datetime) -> None:
    await hear_late(tx, [_late(message) for message in messages])


@reactions.on_batch(DeadlineGivenUp)
async def close_late(tx: Transaction, messages: list[Received[DeadlineGivenUp]], _now: datetime) -> None:
    events = [message.event for message in messages]
    await hear_given_up(tx, [DeadlineGivenUpHeard(one.clinic_id, one.request_id, one.due_by) for one in events])


@reactions.on_batch(ChangeLinkAsked)
async def send_links(tx: Transaction, messages: list[Received[ChangeLinkAsked]], _now: datetime) -> None:
    await send_change_links(tx, [message.event for message in messages])


def _consultation(
    event: ConsultationEvent, version: int, state: str, appointment: AppointmentTime | None
) -> ConsultationHeard:
    return ConsultationHeard(
        consultation_id=event.consultation_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        request_id=event.request_id,
        reference=event.reference,
        state=state,
        appointment_id=appointment.appointment_id if appointment else None,
        decided_by=event.by,
        version=version,
        instead_of=event.instead_of if isinstance(event, ConsultationScheduled | ConsultationWaitlisted) else None,
        decision=event.decision if isinstance(event, ConsultationCompleted) else None,
        amended=isinstance(event, ConsultationCompleted) and event.amended,
    )


def _late(message: Received[ConsultationLate]) -> LateHeard:
    event = message.event
    return LateHeard(
        late_id=event.late_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        request_id=event.request_id,
        consultation_version=event.consultation_version,
        due_by=event.due_by,
        starts_at=event.starts_at,
        nearest=event.nearest,
        said_at=message.time,
        because=event.because or "",
        said_before=event.said_before,
    )


def _ended(event: ConsultationCompleted) -> ConsultationEnded:
    """By its planned end, which is the same however often the decision is made anew."""
    return ConsultationEnded(
        consultation_id=event.consultation_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        appointment_id=event.appointment.appointment_id,
        ended_at=event.appointment.ends_at,
    )


def _appointment(event: ConsultationEvent, state: str, time: AppointmentTime) -> AppointmentHeard:
    return AppointmentHeard(
        appointment_id=time.appointment_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        kind="consultation",
        about_id=event.consultation_id,
        request_id=event.request_id,
        revision=time.revision,
        state=state,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        zone=time.zone,
        local_start=time.local_start,
        decided_by=event.by,
    )


def _offer(event: SlotOffered) -> OfferHeard:
    return OfferHeard(
        offer_id=event.offer_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        request_id=event.request_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        answer_by=event.answer_by,
        shared=event.shared,
    )
