"""A time is offered to somebody who waits, or whose booked one cannot be: they hear of it at once, with the link."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.domain.message import MessageKind, Plan
from services.notifications.store import messages, slot_offers
from services.notifications.store.slot_offers import OfferHeard
from shared.database import Database
from shared.database.transaction import Transaction


async def hear_offers(tx: Transaction, offers: Sequence[OfferHeard]) -> None:
    """By night too: it is news, and the deadline counts only hours in which people are awake.

    Whether the offer still stands is asked of scheduling just before the letter goes, with the link (`deliver_messages`).
    """
    await slot_offers.store(tx, offers)
    await messages.plan(tx, [_letter(one, tx.now) for one in offers])


def _letter(one: OfferHeard, now: datetime) -> Plan:
    return Plan(
        MessageKind.MOVE_PROPOSED if one.moves else MessageKind.SLOT_OFFERED,
        one.clinic_id,
        one.patient_id,
        about_id=one.offer_id,
        revision=one.revision,
        due_at=now,
        expires_at=one.answer_by,
        request_id=one.request_id,
        appointment_id=one.moves,
    )


async def end_offer_calls(database: Database) -> int:
    """For a timer."""
    async with database.transaction() as tx:
        return await slot_offers.end_calls(tx)
