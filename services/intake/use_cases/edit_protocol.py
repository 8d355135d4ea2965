"""A draft of the follow-up protocol is changed."""

from uuid import UUID

from services.intake.domain.questionnaire.protocol import FollowUpProtocol
from services.intake.store import version_acts, versions
from services.intake.store.version_acts import Act, Person
from services.intake.store.version_kinds import FOLLOW_UP
from shared.database import Transaction


async def edit_protocol(
    tx: Transaction, clinic_id: UUID, number: int, changed: FollowUpProtocol, seen: int, by: Person
) -> None:
    """`seen` is the revision that was on the page. Saving what is the same changes nothing. Raises VersionNotFound,
    NotADraft, ChangedSinceSeen, VersionBroken.
    """
    before = await versions.lock(tx, FOLLOW_UP, clinic_id, number)
    if before.is_draft and before.readable() == changed:
        return
    after = before.edited(changed, seen)
    await versions.save_draft(tx, FOLLOW_UP, clinic_id, after)
    await version_acts.add(tx, FOLLOW_UP, clinic_id, after, Act.EDITED, by)
