"""Staff give somebody on the waiting list exactly this time."""

from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import Clinic, Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.proposal import Proposal
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.slots import Busy, Candidate, Wanted
from services.scheduling.store import clinics, consultations, patients
from services.scheduling.use_cases.beside_others import beside_others
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.hold_time import NoTimesToChoose
from services.scheduling.use_cases.keep_for_staff import refused
from services.scheduling.use_cases.schedule_consultation import booked
from shared.database import Transaction
from shared.database.failures import Contended
from shared.events.values import DecidedBy


class NobodyWaits(LookupError):
    """The patient waits for no consultation: none was asked for, it is not accepted yet, or it is booked."""


async def book_consultation(
    tx: Transaction, clinic_id: UUID, patient_id: UUID, starts_at: datetime, *, by: UUID, clinician: UUID | None = None
) -> Appointment:
    """`clinician` is a resource. Raises TimeRefused, NobodyWaits, NoTimesToChoose."""
    consultation = await consultations.lock_waiting_of(tx, clinic_id, patient_id)
    if consultation is None:
        raise NobodyWaits("This patient waits for no consultation.")
    clinic = await clinics.find(tx, clinic_id)
    kind = clinic.kind(Purpose.CONSULTATION) if clinic else None
    if clinic is None or kind is None:
        raise NoTimesToChoose("Nothing of this kind can be booked here.")
    try:
        async with tx.patiently():
            await patients.lock(tx, clinic.id, patient_id)
        wanted = await beside_others(tx, Wanted(kind, patient_id, clinician=clinician))
        booking = Booking(clinic.id, patient_id, clinic.zone, consultation_id=consultation.id, booked_by=by)
        appointment = await _book(tx, clinic, wanted, booking, starts_at)
    except Contended:
        appointment = None
    if appointment is None:
        raise await refused(tx, clinic_id, patient_id, Proposal(Purpose.CONSULTATION, starts_at, patient_id, clinician))
    await booked(tx, consultation, appointment, by=DecidedBy.STAFF)
    return appointment


async def _book(
    tx: Transaction, clinic: Clinic, wanted: Wanted, booking: Booking, start: datetime
) -> Appointment | None:
    """Raises Contended."""

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        return StaffRules().give(clinic, wanted, start, busy, tx.now)

    return await book_appointment(tx, booking, Interval(start, start + wanted.kind.length), this_time)
