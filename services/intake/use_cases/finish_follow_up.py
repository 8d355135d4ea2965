"""A member of staff asked how the patient is: the follow-up is no longer due."""

from uuid import UUID

from services.intake.store import follow_ups
from shared.database import Transaction


class FollowUpNotFound(LookupError):
    """No session of that id has ended at this clinic."""


async def finish_follow_up(tx: Transaction, clinic_id: UUID, session_id: UUID, staff_id: UUID) -> None:
    """Finishing twice is finishing once. Raises FollowUpNotFound."""
    if not await follow_ups.finish(tx, clinic_id, session_id, staff_id, tx.now):
        raise FollowUpNotFound("No follow-up of that session is due here.")
    tx.changed("requests")
