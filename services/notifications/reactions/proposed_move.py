"""Scheduling proposes another time for an appointment, and asks the patient."""

from datetime import datetime

from services.notifications.store.slot_offers import OfferHeard
from services.notifications.use_cases.hear_offers import hear_offers
from shared.database.transaction import Transaction
from shared.events.move import MoveProposed
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(MoveProposed)
async def tell_proposals(tx: Transaction, messages: list[Received[MoveProposed]], _now: datetime) -> None:
    await hear_offers(tx, [_offer(message.event) for message in messages])


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
