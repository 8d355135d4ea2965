"""Times that were kept for somebody who did not come back are everybody's again."""

from uuid import UUID

from services.scheduling.domain.hold import Hold
from services.scheduling.store import consultations, holds, holds_taken, waiting_list
from services.scheduling.store.holds import Freed
from services.scheduling.use_cases.pages_changed import board_scope
from shared.database import Database, Transaction


async def let_holds_lapse(tx: Transaction) -> int:
    """Takes note of every end that has passed. Says how many."""
    return await _say(tx, await holds.let_lapse(tx))


async def free_kept(tx: Transaction, appointment_id: UUID) -> None:
    """A kept time is free at once; one that is gone or booked stays as it is."""
    await _say(tx, await holds.give_up(tx, appointment_id))


async def give_back(tx: Transaction, hold: Hold) -> None:
    """Its time is free at once, and the choice forgotten."""
    if hold.appointment_id is not None:
        await free_kept(tx, hold.appointment_id)
    await holds.forget(tx, hold.id)


async def _say(tx: Transaction, freed: list[Freed]) -> int:
    """Who waits gets what is free, and nobody else before them."""
    for clinic_id in {one.clinic_id for one in freed}:
        if await consultations.anybody_waits(tx, clinic_id):
            await waiting_list.review_at(tx, clinic_id, tx.now)
    tx.changed(*(board_scope(one.local_start.date()) for one in freed))
    return len(freed)


async def tidy_holds(database: Database) -> int:
    """For a timer. Only tidies: without it a hold that is over stands in nobody's way, but on the board."""
    async with database.transaction() as tx:
        return await let_holds_lapse(tx)


async def forget_holds(database: Database) -> int:
    """For a timer: what was chosen and counted long ago."""
    async with database.transaction() as tx:
        return await holds.forget_old(tx) + await holds_taken.forget_old(tx)
