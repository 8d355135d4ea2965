"""Look at a clinic's waiting list again, because time was given back or new days came into reach."""

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.slot_offer import Offering, Way
from services.scheduling.store import clinics, consultations, slot_offering, slot_offers, waiting_list
from services.scheduling.store.waiting_list import Review
from services.scheduling.use_cases.offer_free_times import free_starts, offer_free_times
from services.scheduling.use_cases.schedule_consultation import LOOK_AGAIN, schedule_consultation
from shared.database import Database, Transaction

MOST_PASSED = 20
"""In one step: whoever is elsewhere at every time that is free is rare."""


async def review_waiting_list(database: Database) -> int:
    """One step of one review in one transaction: the first on the list gets the best time. How many steps: 0 or 1.

    The review stays due until nobody waits or nothing is free: wishes exclude nothing, so what the first cannot have fits
    nobody behind, unless the first is elsewhere at that time. Small steps hold few locks, and a death in the middle loses
    none of the earlier ones.
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
        if not await _serve(tx, first):
            await _nothing_left(tx, review)
        return 1


async def _serve(tx: Transaction, first: Consultation) -> bool:
    """Whether somebody got a time: the first, or whoever comes next where all that is free is at times when those before have
    another appointment."""
    if await _books(tx, first):
        return True
    clinic = await clinics.find(tx, first.clinic_id)
    kind = clinic.kind(Purpose.CONSULTATION) if clinic else None
    if clinic is None or kind is None or not await free_starts(tx, clinic, kind):
        return False
    passed = [first.id]
    while len(passed) < MOST_PASSED and (one := await consultations.first_waiting(tx, clinic.id, passed)):
        if await _books(tx, one):
            return True
        passed.append(one.id)
    return False


async def _books(tx: Transaction, one: Consultation) -> bool:
    return (await schedule_consultation(tx, one, tx.now)).state is ConsultationState.BOOKED


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
    """Either nobody waits who is not asked for something, or everybody who does is in other hands at this moment: then the
    review stays due."""
    if await consultations.anybody_to_serve(tx, review.clinic_id):
        return 0
    await waiting_list.done(tx, review)
    return 1
