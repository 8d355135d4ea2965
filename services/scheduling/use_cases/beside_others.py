"""What else of the same kind a patient has, where days must lie between."""

from dataclasses import replace
from uuid import UUID

from services.scheduling.domain.slots import Wanted
from services.scheduling.store import appointments
from shared.database import Transaction


async def beside_others(tx: Transaction, wanted: Wanted, *, besides: UUID | None = None) -> Wanted:
    """The same wish, with the patient's other appointments of this kind in view, but for the one that is moved.

    Read once the patient is locked, nothing can be added to them before the transaction ends.
    """
    if not wanted.kind.days_apart:
        return wanted
    others = await appointments.other_starts(tx, wanted.patient_id, wanted.kind.purpose, besides)
    return replace(wanted, others=tuple(others))
