"""Staff book one infusion session by hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import Clinic, Purpose, Resource, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.override import Override
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.session import Session
from services.scheduling.domain.slots import Busy, Candidate, Wanted
from services.scheduling.store import clinics, patients, sessions
from services.scheduling.use_cases.beside_others import beside_others
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.keep_override import keep_override
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.refuse_time import refusal
from shared.database import Transaction
from shared.database.failures import Contended
from shared.events.session import SessionScheduled
from shared.events.values import DecidedBy


class PatientUnknown(LookupError):
    """This clinic has no such patient."""


class PrescriberUnknown(LookupError):
    """This clinic has no such clinician, or they can no longer be booked."""


class NoSessionsHere(LookupError):
    """The clinic is not set up for infusion sessions."""


@dataclass(frozen=True, slots=True)
class SessionWanted:
    """What staff chose. `prescriber_id` is the resource, not the account."""

    clinic_id: UUID
    patient_id: UUID
    prescriber_id: UUID
    starts_at: datetime
    by: UUID
    override: Override | None = None


async def book_session(tx: Transaction, wish: SessionWanted, now: datetime) -> Session:
    """Books chair, nurse's seat and prescriber for exactly this time. No notice is needed: staff know what they do.

    Raises TimeRefused, NotYoursToOverride, PatientUnknown, PrescriberUnknown, NoSessionsHere.
    """
    clinic, wanted, prescriber = await _understand(tx, wish)
    rules = StaffRules(wish.override)
    try:
        session, appointment = await _book(tx, clinic, wanted, prescriber, wish, rules, now)
    except Contended:
        raise await refusal(tx, clinic, wanted, wish.starts_at, rules, contended=True) from None
    if appointment is None:
        raise await refusal(tx, clinic, wanted, wish.starts_at, rules)
    await keep_override(tx, appointment, wish.override)
    say_session_time(tx, session, appointment)
    return session


async def _understand(tx: Transaction, wish: SessionWanted) -> tuple[Clinic, Wanted, Resource]:
    if not await patients.is_known(tx, wish.clinic_id, wish.patient_id):
        raise PatientUnknown("This clinic has no such patient.")
    clinic = await clinics.find(tx, wish.clinic_id)
    kind = clinic.kind(Purpose.SESSION) if clinic else None
    if clinic is None or kind is None:
        raise NoSessionsHere("This clinic is not set up for infusion sessions.")
    for resource in clinic.of_kind(ResourceKind.CLINICIAN):
        if resource.id == wish.prescriber_id:
            return clinic, Wanted(kind, wish.patient_id, clinician=resource.id), resource
    raise PrescriberUnknown("This clinic has no such clinician.")


async def _book(
    tx: Transaction,
    clinic: Clinic,
    wanted: Wanted,
    prescriber: Resource,
    wish: SessionWanted,
    rules: StaffRules,
    now: datetime,
) -> tuple[Session, Appointment | None]:
    """Raises Contended."""
    async with tx.patiently():
        await patients.lock(tx, clinic.id, wanted.patient_id)
    wanted = await beside_others(tx, wanted)
    session = Session.book(
        clinic_id=clinic.id, patient_id=wish.patient_id, prescriber_id=prescriber.staff_id or prescriber.id
    )
    await sessions.insert(tx, session)

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        return rules.give(clinic, wanted, wish.starts_at, busy, now)

    during = Interval(wish.starts_at, wish.starts_at + wanted.kind.length)
    booking = Booking(clinic.id, wish.patient_id, clinic.zone, session_id=session.id, booked_by=wish.by)
    return session, await book_appointment(tx, booking, during, this_time)


def say_session_time(
    tx: Transaction, session: Session, appointment: Appointment, *, by: DecidedBy = DecidedBy.STAFF
) -> None:
    """It has this appointment now."""
    tx.emit(
        SessionScheduled(
            clinic_id=session.clinic_id,
            patient_id=session.patient_id,
            session_id=session.id,
            course_id=session.course_id,
            number=session.number,
            by=by,
            appointment=appointment.told(),
        ),
        of=session,
    )
    board_changed(tx, appointment)
