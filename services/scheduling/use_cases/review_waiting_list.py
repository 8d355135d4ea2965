"""Look at a clinic's waiting list again, because time was given back or new days came into reach."""

from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.slot_offer import Offering, Way
from services.scheduling.store import consultations, slot_offering, slot_offers, waiting_list
from services.scheduling.store.waiting_list import Review
from services.scheduling.use_cases.offer_free_times import offer_free_times
from services.scheduling.use_cases.schedule_consultation import LOOK_AGAIN, schedule_consultation
from shared.database import Database, Transaction


async def review_waiting_list(database: Database) -> int:
    """One step of one review in one transaction: the first on the list gets the best time. How many steps: 0 or 1.

    The review stays due until nobody waits or nothing fits the first: wishes exclude nothing, so what does not fit the
    first fits nobody behind. Small steps hold few locks, and a death in the middle loses none of the earlier ones.
    """
    async with database.transaction() as tx:
        review = await waiting_list.claim_due(tx, tx.now)
        if review is None:
            return 0
        offering = await slot_offering.of_clinic(tx, review.clinic_id)
        if offering.way is not Way.BOOK:
            return await _ask_around(tx, review, offering)
        first = await consultations.first_waiting(tx, review.clinic_id)
        if first is None:
            return await _nobody_to_serve(tx, review)
        after = await schedule_consultation(tx, first, tx.now)
        if after.state is ConsultationState.BOOKED:
            return 1
        await _nothing_left(tx, review)
        return 1


async def _ask_around(tx: Transaction, review: Review, offering: Offering) -> int:
    """The same, where those who wait are asked first: the review stays due until there is nothing for anybody."""
    if not await slot_offers.is_alone(tx, review.clinic_id):
        return 0
    if not await consultations.anybody_waits(tx, review.clinic_id):
        await waiting_list.done(tx, review)
    elif not await offer_free_times(tx, review.clinic_id, offering):
        await _nothing_left(tx, review)
    return 1


async def _nothing_left(tx: Transaction, review: Review) -> None:
    """Until something is given back, or new days come into reach."""
    await waiting_list.done(tx, review)
    if not await waiting_list.is_planned(tx, review.clinic_id, tx.now):
        await waiting_list.review_at(tx, review.clinic_id, tx.now + LOOK_AGAIN)


async def _nobody_to_serve(tx: Transaction, review: Review) -> int:
    """Either nobody waits, or everybody who does is in other hands at this moment: then the review stays due."""
    if await consultations.anybody_waits(tx, review.clinic_id):
        return 0
    await waiting_list.done(tx, review)
    return 1
