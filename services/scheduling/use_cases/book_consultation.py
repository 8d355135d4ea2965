"""Staff give a consultation exactly this time: of somebody who waits for one, or who did not come to theirs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import Clinic, Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.override import Override
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.slots import Busy, Candidate, Wanted
from services.scheduling.store import clinics, consultations, patients
from services.scheduling.use_cases.beside_others import beside_others
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.hold_time import NoTimesToChoose
from services.scheduling.use_cases.keep_override import keep_override
from services.scheduling.use_cases.move_by_staff import TimeIsPast
from services.scheduling.use_cases.refuse_time import refusal
from services.scheduling.use_cases.schedule_consultation import booked
from shared.database import Transaction
from shared.database.failures import Contended
from shared.events.values import DecidedBy


class NobodyWaits(LookupError):
    """The patient waits for no consultation: none was asked for, it is not accepted yet, it is booked, or it is over."""


@dataclass(frozen=True, slots=True)
class ConsultationWanted:
    """What staff chose. Without `request_id` it is what the patient waits for longest; what they were missed at is named.

    `clinician` is a resource; without one, whoever is free.
    """

    clinic_id: UUID
    patient_id: UUID
    starts_at: datetime
    by: UUID
    clinician: UUID | None = None
    request_id: UUID | None = None
    override: Override | None = None


async def book_consultation(tx: Transaction, wish: ConsultationWanted) -> Appointment:
    """A new appointment, said to everybody. One that was missed stays missed. No notice is needed: staff know what they do.

    Raises TimeRefused, NotYoursToOverride, TimeIsPast, NobodyWaits, NoTimesToChoose.
    """
    if wish.starts_at <= tx.now:
        raise TimeIsPast("This time is over.")
    consultation = await consultations.lock_to_be_booked(tx, wish.clinic_id, wish.patient_id, wish.request_id)
    if consultation is None:
        raise NobodyWaits("This patient waits for no consultation.")
    clinic, wanted = await _understand(tx, wish)
    rules = StaffRules(wish.override)
    booking = Booking(clinic.id, wish.patient_id, clinic.zone, consultation_id=consultation.id, booked_by=wish.by)
    try:
        async with tx.patiently():
            await patients.lock(tx, clinic.id, wish.patient_id)
        appointment = await _book(tx, clinic, await beside_others(tx, wanted), booking, wish.starts_at, rules)
    except Contended:
        raise await refusal(tx, clinic, wanted, wish.starts_at, rules, contended=True) from None
    if appointment is None:
        raise await refusal(tx, clinic, wanted, wish.starts_at, rules)
    await keep_override(tx, appointment, wish.override)
    await booked(tx, consultation, appointment, by=DecidedBy.STAFF)
    return appointment


async def _understand(tx: Transaction, wish: ConsultationWanted) -> tuple[Clinic, Wanted]:
    clinic = await clinics.find(tx, wish.clinic_id)
    kind = clinic.kind(Purpose.CONSULTATION) if clinic else None
    if clinic is None or kind is None:
        raise NoTimesToChoose("Nothing of this kind can be booked here.")
    return clinic, Wanted(kind, wish.patient_id, clinician=wish.clinician)


async def _book(
    tx: Transaction, clinic: Clinic, wanted: Wanted, booking: Booking, start: datetime, rules: StaffRules
) -> Appointment | None:
    """Raises Contended, NotYoursToOverride."""

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        return rules.give(clinic, wanted, start, busy, tx.now)

    return await book_appointment(tx, booking, Interval(start, start + wanted.kind.length), this_time)
