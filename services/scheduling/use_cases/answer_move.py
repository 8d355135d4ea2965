"""A patient takes the other time that is kept for them, or says that it does not suit."""

from dataclasses import replace
from uuid import UUID

from services.scheduling.domain.asked_move import AskedMove
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.slot_offer import OfferIsOver, OfferState
from services.scheduling.store import asked_moves, slot_offers
from services.scheduling.use_cases.book_session import PrescriberUnknown
from services.scheduling.use_cases.end_asked_move import close_question
from services.scheduling.use_cases.let_holds_lapse import free_kept
from services.scheduling.use_cases.move_by_staff import ChairUnknown, KindGone, NewTime, TimeIsPast, move_in_hand
from services.scheduling.use_cases.take_in_hand import InHand, Press, take_in_hand
from shared.database import Transaction
from shared.events.values import DecidedBy

NOT_TO_BE_HAD = TimeRefused, PrescriberUnknown, KindGone, ChairUnknown, TimeIsPast
"""The clinic's day has changed once more, and has no place for the kept time either."""


async def accept_move(tx: Transaction, asked_id: UUID, *, by: UUID | None = None) -> AskedMove:
    """The appointment moves there as by every move, and all are told. Accepting twice is once. Where the kept time cannot be
    had after all the question has ended, and staff see the booking on their list again.

    An answer that comes late counts as long as nobody has taken note of that. `by` is staff, when the patient said it by
    telephone. Raises OfferIsOver, OfferUnknown.
    """
    asked, hand = await _locked(tx, asked_id)
    if asked.state is OfferState.ACCEPTED:
        return asked
    if not asked.open or not asked.is_about(hand.appointment):
        raise OfferIsOver(OfferState.ENDED if asked.open else asked.state)
    if asked.held_id is None:
        raise OfferIsOver(OfferState.LAPSED)
    try:
        async with tx.patiently():
            await _take(tx, asked, hand, by)
    except NOT_TO_BE_HAD:
        await close_question(tx, asked, OfferState.ENDED, by=by)
        return replace(asked, state=OfferState.ENDED)
    return replace(asked, state=OfferState.ACCEPTED)


async def decline_move(tx: Transaction, asked_id: UUID, *, by: UUID | None = None) -> None:
    """The kept time is free again, and staff see that it did not suit. Declining twice is once.

    Raises OfferIsOver, OfferUnknown.
    """
    asked, _ = await _locked(tx, asked_id)
    if asked.state is OfferState.DECLINED:
        return
    if not asked.open:
        raise OfferIsOver(asked.state)
    await close_question(tx, asked, OfferState.DECLINED, by=by)


async def _take(tx: Transaction, asked: AskedMove, hand: InHand, by: UUID | None) -> None:
    """Between giving the kept time up and taking it nobody can come: both are one transaction."""
    assert asked.held_id is not None
    await slot_offers.answer(tx, asked.id, OfferState.ACCEPTED, by=by)
    await free_kept(tx, asked.held_id)
    decided_by = DecidedBy.STAFF if by else DecidedBy.PATIENT
    await move_in_hand(tx, hand, NewTime(asked.starts_at, asked.clinician_id), decided_by, by)


async def _locked(tx: Transaction, asked_id: UUID) -> tuple[AskedMove, InHand]:
    """Raises OfferUnknown."""
    found = await asked_moves.find(tx, asked_id)
    hand = await take_in_hand(tx, Press(found.clinic_id, found.appointment_id, found.revision, found.asked_by))
    return await asked_moves.lock(tx, found), hand
