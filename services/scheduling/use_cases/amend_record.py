"""What a record says was wrong: it is corrected, and what it said before is kept."""

from uuid import UUID

from services.scheduling.domain.session import AmendReason, Session
from services.scheduling.domain.session_record import SessionRecord
from services.scheduling.store import earlier_records, sessions
from services.scheduling.use_cases.pages_changed import SESSIONS
from shared.database import Transaction


async def amend_record(
    tx: Transaction,
    clinic_id: UUID,
    session_id: UUID,
    record: SessionRecord,
    *,
    seen_version: int,
    because: AmendReason,
    by: UUID,
) -> Session:
    """Nothing is said of it: the session was completed once, and that stays said (docs/decisions/0071).

    Raises SessionNotFound, SessionNotRecorded, and RecordChanged when somebody else was faster.
    """
    before = await sessions.lock(tx, clinic_id, session_id)
    after = before.amend(record, seen_version=seen_version, because=because, by=by, now=tx.now)
    if after is not before:
        await earlier_records.keep(tx, before)
        await sessions.save(tx, after)
        tx.changed(SESSIONS)
    return after
