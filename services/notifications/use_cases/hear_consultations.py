"""Scheduling found a time for a consultation, found none, or it will not take place."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.domain.heard import AppointmentHeard, ConsultationHeard
from services.notifications.domain.message import NEWS_GOOD_FOR, MessageKind, Plan
from services.notifications.store import heard, inbox, messages
from services.notifications.store.inbox import News
from services.notifications.use_cases.hear_appointments import hear_appointments
from shared.database.transaction import Transaction


async def hear_consultations(
    tx: Transaction, consultations: Sequence[ConsultationHeard], appointments: Sequence[AppointmentHeard]
) -> None:
    """The row of the request shows what became of it; the patient gets the one message that is true at the end."""
    news = await heard.hear_consultations(tx, consultations)
    waiting = [one for one in consultations if one.state == "waitlisted"]
    # The request's row is locked by both services' news of it, so that its receipt meets one truth.
    await inbox.add(
        tx,
        [_row(one, tx.now, calls=one.state == "waitlisted" and one.consultation_id in news) for one in consultations],
    )
    await messages.plan(tx, [_waiting(one, tx.now) for one in waiting])
    await hear_appointments(tx, appointments)
    await inbox.close_declined(tx, [one.request_id for one in waiting])
    await messages.cancel_untrue(
        tx, [identity for one in consultations for identity in (one.consultation_id, one.request_id)]
    )


def _row(one: ConsultationHeard, now: datetime, *, calls: bool) -> News:
    return News(
        "request",
        one.request_id,
        one.clinic_id,
        now,
        calls=calls,
        patient_id=one.patient_id,
        request_id=one.request_id,
    )


def _waiting(one: ConsultationHeard, now: datetime) -> Plan:
    return Plan(
        MessageKind.CONSULTATION_WAITLISTED,
        one.clinic_id,
        one.patient_id,
        about_id=one.consultation_id,
        revision=one.version,
        due_at=now,
        expires_at=now + NEWS_GOOD_FOR,
        request_id=one.request_id,
    )
