"""An offer is over because whoever was asked does not wait any more, or staff took it back."""

from uuid import UUID

from services.scheduling.domain.slot_offer import OfferState, SlotOffer
from services.scheduling.store import slot_offers, waiting_list
from services.scheduling.use_cases.let_holds_lapse import free_kept
from services.scheduling.use_cases.pages_changed import WAITING_LIST
from shared.database import Transaction


async def end_offer_of(tx: Transaction, consultation_id: UUID, *, by: UUID | None = None) -> None:
    """What they are asked for now, if they are. The consultation is locked."""
    found = await slot_offers.open_one_of(tx, consultation_id)
    if found is not None and (offer := await slot_offers.lock(tx, found)).open:
        await close_offer(tx, offer, OfferState.ENDED, by=by)


async def close_offer(tx: Transaction, offer: SlotOffer, state: OfferState, *, by: UUID | None = None) -> None:
    """Unless others are asked for the same time, it is free at once. In any case the list is looked at again: whoever comes
    next is asked, and they for another time. The offer is locked, and open."""
    await slot_offers.answer(tx, offer.id, state, by=by)
    if offer.appointment_id is not None and not await slot_offers.goes_to_others(tx, offer.appointment_id):
        await free_kept(tx, offer.appointment_id)
    await waiting_list.review_at(tx, offer.clinic_id, tx.now)
    tx.changed(WAITING_LIST)
