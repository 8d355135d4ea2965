"""Scheduling proposes another time for an appointment, and asks the patient; or takes the question back."""

from datetime import datetime

from services.notifications.store.slot_offers import OfferHeard
from services.notifications.store.withdrawn_moves import WithdrawnHeard
from services.notifications.use_cases.hear_offers import hear_offers
from services.notifications.use_cases.hear_withdrawn_moves import hear_withdrawn_moves
from shared.database.transaction import Transaction
from shared.events.move import MoveProposed, MoveWithdrawn
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(MoveProposed)
async def tell_proposals(tx: Transaction, messages: list[Received[MoveProposed]], _now: datetime) -> None:
    await hear_offers(tx, [_offer(message.event) for message in messages])


@reactions.on_batch(MoveWithdrawn)
async def tell_that_times_stay(tx: Transaction, messages: list[Received[MoveWithdrawn]], _now: datetime) -> None:
    await hear_withdrawn_moves(tx, [_withdrawn(message.event) for message in messages])


def _offer(event: MoveProposed) -> OfferHeard:
    return OfferHeard(
        offer_id=event.offer_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        request_id=event.request_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        answer_by=event.answer_by,
        moves=event.appointment_id,
        revision=event.revision,
        instead_of=event.instead_of,
    )


def _withdrawn(event: MoveWithdrawn) -> WithdrawnHeard:
    return WithdrawnHeard(
        withdrawn_id=event.withdrawn_id,
        offer_id=event.offer_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        request_id=event.request_id,
        appointment_id=event.appointment_id,
        revision=event.revision,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
    )
