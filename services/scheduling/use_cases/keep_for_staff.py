"""Staff, or a program of theirs, keep a time for a patient for a while, of whatever kind."""

from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import Clinic, Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.proposal import Proposal
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.slots import Busy, Candidate, Wanted
from services.scheduling.store import clinics, holds, patients
from services.scheduling.use_cases.beside_others import beside_others
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.book_session import PatientUnknown
from services.scheduling.use_cases.explain_time import explain_to_staff
from services.scheduling.use_cases.hold_time import NoTimesToChoose, TooManyHolds
from services.scheduling.use_cases.let_holds_lapse import free_kept
from services.scheduling.use_cases.pages_changed import board_changed
from shared.database import Transaction
from shared.database.failures import Contended

MOST_AT_ONCE = 20
"""Kept by one member of staff: whoever needs more is a program gone wrong."""


async def keep_for_staff(
    tx: Transaction, clinic_id: UUID, patient_id: UUID, wish: Proposal, *, by: UUID, length: timedelta
) -> Appointment:
    """What they keep already is kept on, and not twice; with somebody else, where they ask for somebody else. No notice is
    needed: staff know what they do.

    Raises TimeRefused, PatientUnknown, NoTimesToChoose, TooManyHolds.
    """
    if not await patients.is_known(tx, clinic_id, patient_id):
        raise PatientUnknown("This clinic has no such patient.")
    clinic = await clinics.find(tx, clinic_id)
    kind = clinic.kind(wish.purpose) if clinic else None
    if clinic is None or kind is None:
        raise NoTimesToChoose("Nothing of this kind can be booked here.")
    try:
        async with tx.patiently():
            await holds.lock_of_staff(tx, by)
            await patients.lock(tx, clinic.id, patient_id)
        mine = await holds.of_staff(tx, clinic_id, by)
        if (same := next((one for one in mine if _is(one, patient_id, wish)), None)) is not None:
            if _is_with(clinic, same, wish.clinician):
                return same
            await free_kept(tx, same.id)
            mine.remove(same)
        if len(mine) >= MOST_AT_ONCE:
            raise TooManyHolds("As many times are kept by you as can be.")
        wanted = await beside_others(tx, Wanted(kind, patient_id, clinician=wish.clinician))
        kept = await _keep(tx, clinic, wanted, wish.starts_at, by, tx.now + length)
    except Contended:
        kept = None
    if kept is None:
        raise await refused(tx, clinic_id, patient_id, wish)
    board_changed(tx, kept)
    return kept


async def _keep(
    tx: Transaction, clinic: Clinic, wanted: Wanted, start: datetime, by: UUID, until: datetime
) -> Appointment | None:
    """Raises Contended."""

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        return StaffRules().give(clinic, wanted, start, busy, tx.now)

    booking = Booking(clinic.id, wanted.patient_id, clinic.zone, booked_by=by, held_for=wanted.kind.purpose)
    during = Interval(start, start + wanted.kind.length)
    return await book_appointment(tx, booking, during, this_time, held_until=until)


async def refused(tx: Transaction, clinic_id: UUID, patient_id: UUID, wish: Proposal) -> TimeRefused:
    """What stands against it, and the nearest others."""
    found = await explain_to_staff(
        tx, clinic_id, wish.purpose, wish.starts_at, patient_id=patient_id, clinician=wish.clinician
    )
    return TimeRefused(found.missing, found.instead)


def _is(kept: Appointment, patient_id: UUID, wish: Proposal) -> bool:
    booking = kept.booking
    return (booking.patient_id, booking.purpose, kept.starts_at) == (patient_id, Purpose(wish.purpose), wish.starts_at)


def _is_with(clinic: Clinic, kept: Appointment, clinician: UUID | None) -> bool:
    """Whether it is with whoever is asked for, a resource, or nobody is asked for."""
    named = [one for one in clinic.resources if one.id == clinician]
    return clinician is None or any(kept.clinician_id in (one.id, one.staff_id) for one in named)
