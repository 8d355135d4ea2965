"""What intake says of a request for a consultation."""

from datetime import datetime

from services.scheduling.domain.consultation import Request
from services.scheduling.use_cases.line_up_requests import Newcomer, joins_the_line, line_up_requests
from services.scheduling.use_cases.take_up_request import take_up_request
from services.scheduling.use_cases.withdraw_consultation import withdraw_consultation
from shared.database import Transaction
from shared.events.consultation_request import (
    ConsultationCleared,
    ConsultationDeclined,
    ConsultationRequested,
    ConsultationRequestEvent,
    ConsultationWithdrawn,
)
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions, Together

reactions = Reactions("scheduling")


def _joins_the_line(message: Received[ConsultationRequested]) -> bool:
    return joins_the_line(_request(message.event, message.version, withdrawn=False))


async def line_up(tx: Transaction, messages: list[Received[ConsultationRequested]], now: datetime) -> None:
    newcomers = [
        Newcomer(_request(one.event, one.version, withdrawn=False), one.event.contact, one.event.reachable, one.cause)
        for one in messages
    ]
    await line_up_requests(tx, newcomers, now)


@reactions.on(ConsultationRequested, together=Together(line_up, fits=_joins_the_line))
async def book_requested_consultation(tx: Transaction, message: Received[ConsultationRequested], now: datetime) -> None:
    event = message.event
    await take_up_request(tx, _request(event, message.version, withdrawn=False), event.contact, event.reachable, now)


@reactions.on(ConsultationCleared)
async def book_cleared_consultation(tx: Transaction, message: Received[ConsultationCleared], now: datetime) -> None:
    event = message.event
    await take_up_request(tx, _request(event, message.version, withdrawn=False), event.contact, event.reachable, now)


@reactions.on(ConsultationWithdrawn)
async def cancel_withdrawn_consultation(
    tx: Transaction, message: Received[ConsultationWithdrawn], _now: datetime
) -> None:
    event = message.event
    request = _request(event, message.version, withdrawn=True)
    await withdraw_consultation(tx, request, event.contact, event.reachable, event.by)


@reactions.on(ConsultationDeclined)
async def cancel_declined_consultation(
    tx: Transaction, message: Received[ConsultationDeclined], _now: datetime
) -> None:
    """To scheduling it is the same as withdrawn: no consultation takes place."""
    event = message.event
    request = _request(event, message.version, withdrawn=True)
    await withdraw_consultation(tx, request, event.contact, event.reachable, event.by)


def _request(event: ConsultationRequestEvent, version: int, *, withdrawn: bool) -> Request:
    return Request(
        id=event.request_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        reference=event.reference,
        disposition=event.disposition,
        urgency=event.urgency,
        wishes=event.wishes,
        requested_at=event.requested_at,
        withdrawn=withdrawn,
        version=version,
        hold_id=event.hold_id,
    )
