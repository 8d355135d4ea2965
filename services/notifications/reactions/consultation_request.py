"""What intake says of a request for a consultation."""

from datetime import datetime

from services.notifications.domain.heard import RequestHeard
from services.notifications.use_cases.hear_requests import hear_requests
from shared.database.transaction import Transaction
from shared.events.consultation_request import (
    ConsultationCleared,
    ConsultationRequested,
    ConsultationRequestEvent,
    ConsultationWithdrawn,
)
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(ConsultationRequested)
async def show_requests(tx: Transaction, messages: list[Received[ConsultationRequested]], _now: datetime) -> None:
    await hear_requests(tx, [_heard(message.event, message.version, None) for message in messages])


@reactions.on_batch(ConsultationCleared)
async def show_cleared_requests(tx: Transaction, messages: list[Received[ConsultationCleared]], _now: datetime) -> None:
    await hear_requests(tx, [_heard(message.event, message.version, None) for message in messages])


@reactions.on_batch(ConsultationWithdrawn)
async def show_withdrawals(tx: Transaction, messages: list[Received[ConsultationWithdrawn]], _now: datetime) -> None:
    await hear_requests(
        tx, [_heard(message.event, message.version, message.event.withdrawn_at) for message in messages]
    )


def _heard(event: ConsultationRequestEvent, version: int, withdrawn_at: datetime | None) -> RequestHeard:
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
        withdrawn_at=withdrawn_at,
        decided_by=event.by,
        sealed=event.contact.sealed,
        person_version=event.contact.person_version,
        version=version,
    )
