"""The link with which somebody answers an offer, made for the letter that is about to go; and what they see behind it."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.slot_offer import OfferIsOver, OfferState, SlotOffer
from services.scheduling.store import appointments, slot_offers
from shared.database import Database, Transaction
from shared.ids import new_token


async def make_offer_link(tx: Transaction, offer_id: UUID) -> str:
    """The path of a new one, as long as the offer can be answered. Raises OfferUnknown, OfferIsOver."""
    offer = await slot_offers.stands(tx, offer_id)
    if offer.state is not OfferState.OPEN or offer.answer_by <= tx.now:
        raise OfferIsOver(offer.state)
    token = new_token()
    await slot_offers.add_link(tx, token, offer_id)
    return f"/a/{'move' if offer.move else 'offer'}/{token}"


@dataclass(frozen=True, slots=True)
class SeenOffer:
    """`appointment` is what an accepted offer became, while it lies ahead."""

    offer: SlotOffer
    appointment: Appointment | None = None


async def see_offer(tx: Transaction, token: str) -> SeenOffer:
    """Raises OfferUnknown."""
    offer = await slot_offers.behind(tx, token)
    if offer.state is not OfferState.ACCEPTED:
        return SeenOffer(offer)
    found = await appointments.look_at(tx, offer.consultation_id)
    booked = found is not None and found.state is AppointmentState.BOOKED and found.starts_at > tx.now
    return SeenOffer(offer, found if booked else None)


async def forget_offer_links(database: Database) -> int:
    """For a timer."""
    async with database.transaction() as tx:
        return await slot_offers.forget_links(tx)
