"""What a patient was asked about a move is over, because something else was decided, or because the kept time is gone too."""

from uuid import UUID

from services.scheduling.domain.asked_move import AskedMove
from services.scheduling.domain.slot_offer import OfferState
from services.scheduling.store import asked_moves, slot_offers
from services.scheduling.use_cases.let_holds_lapse import free_kept
from shared.database import Transaction


async def end_question_about(tx: Transaction, appointment_id: UUID) -> None:
    """If there is one. The appointment is locked."""
    found = await asked_moves.open_one_of(tx, appointment_id)
    if found is not None and (asked := await asked_moves.lock(tx, found)).open:
        await close_question(tx, asked, OfferState.ENDED)


async def close_question(tx: Transaction, asked: AskedMove, state: OfferState, *, by: UUID | None = None) -> None:
    """The kept time is everybody's at once. It is locked, and open."""
    await slot_offers.answer(tx, asked.id, state, by=by)
    if asked.held_id is not None:
        await free_kept(tx, asked.held_id)
