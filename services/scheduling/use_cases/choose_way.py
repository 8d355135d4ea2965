"""A clinic chooses how free times are given to those who wait."""

from uuid import UUID

from services.scheduling.domain.slot_offer import Offering
from services.scheduling.store import slot_offering, waiting_list
from services.scheduling.use_cases.pages_changed import WAITING_LIST
from shared.database import Transaction


async def choose_way(tx: Transaction, clinic_id: UUID, offering: Offering, *, by: UUID) -> None:
    """From now on; offers that are under way end as they began."""
    await slot_offering.save(tx, clinic_id, offering, by)
    await waiting_list.review_at(tx, clinic_id, tx.now)
    tx.changed(WAITING_LIST)
