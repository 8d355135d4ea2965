"""How soon somebody must be seen, as the clinic's clinicians have approved it last."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.urgency_rules import UrgencyRules
from services.scheduling.store import clinics
from services.scheduling.store.urgency_versions import URGENCY
from shared.database import Transaction
from shared.versions.in_force import rules_in_force


@dataclass(frozen=True, slots=True)
class UrgencyNow:
    """`zone` is whose days and nights count."""

    rules: UrgencyRules
    zone: str


async def urgency_now(tx: Transaction, clinic_id: UUID) -> UrgencyNow:
    """A version that cannot be read stops nothing: the last good one counts."""
    now = await rules_in_force(tx, URGENCY, clinic_id)
    return UrgencyNow(now.content, await clinics.zone_of(tx, clinic_id))
