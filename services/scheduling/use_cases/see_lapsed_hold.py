"""A patient comes back to a time that was kept for them, and is not any more: whether they can still have it."""

from dataclasses import dataclass
from datetime import datetime

from services.scheduling.domain.hold import Hold
from services.scheduling.domain.rules import PatientsRules
from services.scheduling.domain.slots import Wanted
from services.scheduling.use_cases.hold_time import times_to_choose
from services.scheduling.use_cases.refuse_time import refusal
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Lapsed:
    """`free` while nobody else has it: then it stays their choice. `nearest` are what they could have instead."""

    hold: Hold
    free: bool
    nearest: list[datetime]


async def see_lapsed_hold(tx: Transaction, hold: Hold) -> Lapsed:
    """Raises NoTimesToChoose: what is free is for those who wait."""
    clinic, kind = await times_to_choose(tx, hold.clinic_id)
    wanted = Wanted(kind, hold.patient_id)
    refused = await refusal(tx, clinic, wanted, hold.starts_at, PatientsRules(), besides=hold.appointment_id)
    return Lapsed(hold, not refused.missing, refused.instead)
