"""What of the patient's own stands against a wish: others of the same kind with days between, and what was decided."""

from dataclasses import replace
from uuid import UUID

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.slots import Wanted
from services.scheduling.store import appointments, decisions
from shared.database import Transaction


async def beside_others(tx: Transaction, wanted: Wanted, *, besides: UUID | None = None) -> Wanted:
    """The same wish, with the patient's other appointments of this kind in view, but for the one that is moved; and, of a new
    session, whether they were judged not suitable: what is booked already was looked at when that was decided.

    Read once the patient is locked, no appointment can be added to them before the transaction ends.
    """
    if wanted.kind.purpose is Purpose.SESSION and besides is None:
        wanted = replace(wanted, not_suitable=await decisions.not_suitable(tx, wanted.patient_id))
    if not wanted.kind.days_apart:
        return wanted
    others = await appointments.other_starts(tx, wanted.patient_id, wanted.kind.purpose, besides)
    return replace(wanted, others=tuple(others))
