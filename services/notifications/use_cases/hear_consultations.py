"""Scheduling found a time for a consultation, found none, or it will not take place."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.domain.heard import AppointmentHeard, ConsultationEnded, ConsultationHeard
from services.notifications.domain.message import NEWS_GOOD_FOR, MessageKind, Plan, decided_as
from services.notifications.store import heard, inbox, messages
from services.notifications.use_cases.hear_appointments import hear_appointments
from shared.database.transaction import Transaction


async def hear_consultations(
    tx: Transaction, consultations: Sequence[ConsultationHeard], appointments: Sequence[AppointmentHeard]
) -> None:
    """The row of the request shows what became of it; the patient gets the one message that is true at the end."""
    await _show(tx, consultations, calls="waitlisted")
    waiting = [one for one in consultations if one.state == "waitlisted"]
    await messages.plan(tx, [_about(one, MessageKind.CONSULTATION_WAITLISTED, tx.now) for one in waiting])
    await hear_appointments(tx, appointments)
    await _settle(tx, consultations)


async def hear_decisions(
    tx: Transaction, consultations: Sequence[ConsultationHeard], ended: Sequence[ConsultationEnded]
) -> None:
    """The patient is told in plain words; who has to plan or to ask for something sees it, and a no asks nothing of them."""
    await _show(tx, consultations, calls="completed")
    await messages.plan(tx, [_about(one, decided_as(one.decision), tx.now) for one in consultations if one.decision])
    await heard.end_consultations(tx, ended)
    await messages.cancel_untrue(tx, [one.appointment_id for one in ended])
    await _settle(tx, consultations)


async def _show(tx: Transaction, consultations: Sequence[ConsultationHeard], *, calls: str) -> None:
    """News in the state `calls` asks somebody to look. The request's row is locked by both services' news of it, so that
    its receipt meets one truth."""
    news = await heard.hear_consultations(tx, consultations)
    await inbox.add(
        tx,
        [
            inbox.of_request(one, tx.now, calls=one.state == calls and one.consultation_id in news)
            for one in consultations
        ],
    )


async def _settle(tx: Transaction, consultations: Sequence[ConsultationHeard]) -> None:
    await inbox.close_declined(tx, [one.request_id for one in consultations])
    await inbox.close_overtaken(tx, [one.request_id for one in consultations])
    await messages.cancel_untrue(
        tx, [identity for one in consultations for identity in (one.consultation_id, one.request_id)]
    )


def _about(one: ConsultationHeard, kind: MessageKind, now: datetime) -> Plan:
    return Plan(
        kind,
        one.clinic_id,
        one.patient_id,
        about_id=one.consultation_id,
        revision=one.version,
        due_at=now,
        expires_at=now + NEWS_GOOD_FOR,
        request_id=one.request_id,
    )
