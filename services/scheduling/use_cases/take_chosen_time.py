"""The time that a patient has chosen becomes their consultation's, if it is still kept for them, or still free."""

from datetime import datetime

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.hold import Hold
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.slots import Busy, Candidate, Wanted
from services.scheduling.store import appointments, clinics, holds, patients
from services.scheduling.use_cases.book_appointment import book_appointment
from shared.database import Transaction


async def take_kept_time(tx: Transaction, consultation: Consultation, hold: Hold) -> Appointment | None:
    """The kept appointment, booked; None when its time was given to others first. Also after its end: as long as nobody
    has taken note of that, nobody else can have it."""
    if hold.appointment_id is None or not await holds.become_appointment(tx, hold, consultation.id):
        return None
    return await appointments.of_consultation(tx, consultation.id)


async def take_same_time(tx: Transaction, consultation: Consultation, hold: Hold, now: datetime) -> Appointment | None:
    """The same time once more, if it still lies ahead and is free."""
    clinic = await clinics.find(tx, consultation.clinic_id)
    kind = clinic.kind(Purpose.CONSULTATION) if clinic else None
    if clinic is None or kind is None or hold.starts_at <= now:
        return None
    wanted = Wanted(kind, consultation.patient_id)
    await patients.lock(tx, clinic.id, consultation.patient_id)

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        return StaffRules().give(clinic, wanted, hold.starts_at, busy, now)

    booking = Booking(clinic.id, consultation.patient_id, clinic.zone, consultation_id=consultation.id)
    during = Interval(hold.starts_at, hold.starts_at + kind.length)
    return await book_appointment(tx, booking, during, this_time)
