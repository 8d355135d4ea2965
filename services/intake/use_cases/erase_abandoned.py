"""Requests that were begun and left alone are erased with the key to their answers, wherever those were copied.

Of a request that was sent only the draft goes: the key is the patient's from then on. A risk that was raised stays on
record, without a name.
"""

from datetime import timedelta

from services.intake.store import request_drafts
from shared.database import Database
from shared.keyring import Keyring

AT_A_TIME = 100


async def erase_abandoned(database: Database, keyring: Keyring, untouched: timedelta) -> int:
    """For a timer. Says how many."""
    for done in range(AT_A_TIME):
        if not await _erase_one(database, keyring, untouched):
            return done
    return AT_A_TIME


async def _erase_one(database: Database, keyring: Keyring, untouched: timedelta) -> bool:
    """In a transaction of its own. The key goes first, while the draft is locked: whoever saves a page waits, and then
    finds neither. A death in between leaves a draft that nobody can read, and the next round erases it.
    """
    async with database.transaction() as tx:
        draft = await request_drafts.lock_forgotten(tx, tx.now - untouched)
        if draft is None:
            return False
        if not draft.sent:
            await keyring.erase(draft.patient_id)
        await request_drafts.erase(tx, draft)
    return True
