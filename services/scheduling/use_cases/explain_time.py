"""What stands against a time, and which are near to it that can be had: every reason, for whoever asks before booking."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import (
    Missing,
    nearest,
    offered_around,
    reasons,
    reasons_without_staff,
)
from services.scheduling.domain.slots import Wanted, bookable_without_staff
from services.scheduling.store import bookings, clinics
from services.scheduling.use_cases.beside_others import beside_others
from services.scheduling.use_cases.find_free_times import NOBODY
from services.scheduling.use_cases.hold_time import NoTimesToChoose, times_to_choose
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Explained:
    """Nothing is missing when the time can be had."""

    clinic: Clinic
    kind: AppointmentKind
    missing: list[Missing]
    instead: list[datetime]


async def explain_to_patient(
    tx: Transaction, clinic_id: UUID, start: datetime, *, clinician: UUID | None = None
) -> Explained:
    """By the rules of what is given without staff. Raises NoTimesToChoose."""
    clinic, kind = await times_to_choose(tx, clinic_id)
    wanted, reach = Wanted(kind, NOBODY, clinician=clinician), bookable_without_staff(clinic, tx.now)
    window = Interval(min(reach.start, start), max(reach.end, start + kind.length))
    busy = await bookings.busy(tx, clinic_id, window, None)
    held = await bookings.held_until(tx, clinic_id, window)
    missing = reasons_without_staff(clinic, wanted, start, busy, tx.now, held)
    return Explained(clinic, kind, missing, nearest(clinic, wanted, start, reach, busy) if missing else [])


async def explain_to_staff(
    tx: Transaction,
    clinic_id: UUID,
    purpose: Purpose,
    start: datetime,
    *,
    patient_id: UUID | None = None,
    clinician: UUID | None = None,
) -> Explained:
    """By the rules of what staff may book. Raises NoTimesToChoose where the clinic offers no such kind."""
    clinic = await clinics.find(tx, clinic_id)
    kind = clinic.kind(purpose) if clinic else None
    if clinic is None or kind is None:
        raise NoTimesToChoose("Nothing of this kind can be booked here.")
    wanted = await beside_others(tx, Wanted(kind, patient_id or NOBODY, clinician=clinician))
    around = offered_around(start, tx.now)
    window = Interval(min(around.start, start), max(around.end, start + kind.length))
    busy = await bookings.busy(tx, clinic_id, window, patient_id)
    held = await bookings.held_until(tx, clinic_id, window)
    missing = reasons(clinic, wanted, start, busy, tx.now, held)
    return Explained(clinic, kind, missing, nearest(clinic, wanted, start, around, busy) if missing else [])
