"""What patients were asked about another time, or offered while they wait, looked at again: after a change of the clinic, and
because somebody may be back in their role or out of it, which changes nothing in the clinic's own data."""

from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.slot_offer import OfferState
from services.scheduling.domain.stranded import against
from services.scheduling.store import asked_moves, booked_ahead, clinics, consultations, slot_offers
from services.scheduling.use_cases.end_asked_move import close_question
from services.scheduling.use_cases.end_offer import close_offer
from services.scheduling.use_cases.withdraw_move import withdraw_move
from shared.database import Database, Transaction


async def look_at_questions_again(database: Database) -> int:
    """In every clinic where somebody was asked. How many questions are over."""
    over = 0
    async with database.transaction() as tx:
        for clinic_id in sorted(await asked_moves.clinics_that_asked(tx) | await slot_offers.clinics_that_offer(tx)):
            await clinics.lock(tx, clinic_id)
            clinic = await clinics.find(tx, clinic_id)
            if clinic is not None:
                over += await see_questions_again(tx, clinic)
    return over


async def see_questions_again(tx: Transaction, clinic: Clinic) -> int:
    """Whoever's time fits into this clinic's day again is told once that it stays, whatever they have answered meanwhile; and
    nobody is asked any more about a time that has lost its place too: they would take what is not to be had.

    The clinic's data is locked. How many questions are over.
    """
    return (
        await _withdraw_what_fits(tx, clinic)
        + await _end_without_place(tx, clinic)
        + await _end_offers_without_place(tx, clinic)
    )


async def _withdraw_what_fits(tx: Transaction, clinic: Clinic) -> int:
    standing = await asked_moves.newest_of(tx, await asked_moves.asked_ahead(tx, clinic.id))
    over = 0
    for planned in await booked_ahead.of_ids(tx, clinic.id, list(standing)):
        if not against(clinic, planned):
            over += await withdraw_move(tx, standing[planned.appointment_id])
    return over


async def _end_without_place(tx: Transaction, clinic: Clinic) -> int:
    asked = {one.held_id: one for one in await asked_moves.all_open(tx, clinic.id) if one.held_id is not None}
    over = 0
    for planned in await booked_ahead.of_ids(tx, clinic.id, list(asked)):
        if against(clinic, planned):
            one = await asked_moves.lock(tx, asked[planned.appointment_id])
            if one.open:
                await close_question(tx, one, OfferState.ENDED)
                over += 1
    return over


async def _end_offers_without_place(tx: Transaction, clinic: Clinic) -> int:
    """Whoever was offered such a time keeps their place on the waiting list. All of them are locked before any of the times
    that they share: whoever answers meanwhile has their own, and waits for the time."""
    offers = await slot_offers.open_at(tx, clinic.id)
    held = await booked_ahead.of_ids(tx, clinic.id, list({one.appointment_id for one in offers if one.appointment_id}))
    lost = {planned.appointment_id for planned in held if against(clinic, planned)}
    over = [one for one in offers if one.appointment_id in lost]
    for request_id in sorted(one.request_id for one in over):
        await consultations.lock_of_request(tx, request_id)
    for one in over:
        offer = await slot_offers.lock(tx, one)
        if offer.open:
            await close_offer(tx, offer, OfferState.ENDED)
    return len(over)
