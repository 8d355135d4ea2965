"""The version that counts now: of the screening rules for requests, of the follow-up protocol for questions."""

from uuid import UUID

from services.intake.domain.versions import Content, InForce, in_force
from services.intake.store import versions
from services.intake.store.version_kinds import Kind
from shared.database import Transaction


async def rules_in_force(tx: Transaction, kind: Kind[Content], clinic_id: UUID) -> InForce[Content]:
    """Keep `content.version` with what was decided by it. A version that cannot be read stops nothing: the last good one is
    used, and `failed` names what was passed over.
    """
    return in_force(await versions.approved(tx, kind, clinic_id), kind.shipped())
