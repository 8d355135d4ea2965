"""The rules that requests are screened under now."""

from uuid import UUID

from services.intake.domain.screening.version import InForce, in_force
from services.intake.store import screening_versions
from services.intake.store.shipped_rules import shipped_rules
from shared.database import Transaction


async def screening_in_force(tx: Transaction, clinic_id: UUID) -> InForce:
    """Keep `rule_set.version` with the request. A version that cannot be read never stops a request: the last good one is
    used, and `failed` names what was passed over.
    """
    return in_force(await screening_versions.approved(tx, clinic_id), shipped_rules())
