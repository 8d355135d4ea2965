"""The version that counts now."""

from uuid import UUID

from shared.database import Transaction
from shared.versions import stored
from shared.versions.kind import Kind
from shared.versions.life import Content, InForce, in_force


async def rules_in_force(tx: Transaction, kind: Kind[Content], clinic_id: UUID) -> InForce[Content]:
    """Keep `content.version` with what was decided by it. A version that cannot be read stops nothing: the last good one is
    used, and `failed` names what was passed over.
    """
    return in_force(await stored.approved(tx, kind, clinic_id), kind.shipped())
