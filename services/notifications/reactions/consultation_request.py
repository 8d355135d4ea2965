"""What intake says of a request for a consultation."""

from datetime import datetime

from services.notifications.domain.heard import RequestHeard
from services.notifications.use_cases.hear_requests import hear_requests
from shared.database.transaction import Transaction
from shared.events.consultation_request import (
    ConsultationCleared,
    ConsultationDeclined,
    ConsultationRequested,
    ConsultationRequestEvent,
    ConsultationWithdrawn,
    InformationAsked,
    InformationGiven,
)
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(ConsultationRequested)
async def show_requests(tx: Transaction, messages: list[Received[ConsultationRequested]], _now: datetime) -> None:
    await hear_requests(tx, [_heard(message) for message in messages])


@reactions.on_batch(ConsultationCleared)
async def show_cleared_requests(tx: Transaction, messages: list[Received[ConsultationCleared]], _now: datetime) -> None:
    await hear_requests(tx, [_heard(message) for message in messages])


@reactions.on_batch(ConsultationWithdrawn)
async def show_withdrawals(tx: Transaction, messages: list[Received[ConsultationWithdrawn]], _now: datetime) -> None:
    await hear_requests(tx, [_heard(one, withdrawn_at=one.event.withdrawn_at) for one in messages])


@reactions.on_batch(ConsultationDeclined)
async def tell_declined_requests(
    tx: Transaction, messages: list[Received[ConsultationDeclined]], _now: datetime
) -> None:
    await hear_requests(
        tx,
        [_heard(one, letter=one.event.letter, declined_at=one.event.declined_at) for one in messages],
    )


@reactions.on_batch(InformationAsked)
async def ask_patients(tx: Transaction, messages: list[Received[InformationAsked]], _now: datetime) -> None:
    await hear_requests(
        tx,
        [_heard(one, asked_at=one.event.asked_at, ask_expires_at=one.event.expires_at) for one in messages],
    )


@reactions.on_batch(InformationGiven)
async def show_answers(tx: Transaction, messages: list[Received[InformationGiven]], _now: datetime) -> None:
    await hear_requests(tx, [_heard(one, answered_at=one.event.given_at) for one in messages])


def _heard(message: Received[ConsultationRequestEvent], *, letter: str = "", **since: datetime) -> RequestHeard:
    """`since`: from when on it is in the state that the event tells of, under the name of that."""
    event = message.event
    return RequestHeard(
        request_id=event.request_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        reference=event.reference,
        disposition=event.disposition,
        urgency=event.urgency,
        reachable=event.reachable,
        wishes=event.wishes.model_dump(mode="json"),
        requested_at=event.requested_at,
        decided_by=event.by,
        sealed=event.contact.sealed,
        person_version=event.contact.person_version,
        version=message.version,
        awaits=event.awaits,
        letter=letter,
        **since,
    )
