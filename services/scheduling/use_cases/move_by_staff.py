"""Staff give an appointment another time, or its session another prescriber."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.clinic import AppointmentKind, Clinic, Resource, ResourceKind
from services.scheduling.domain.override import Override
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.slots import Wanted
from services.scheduling.store import clinics, sessions
from services.scheduling.use_cases.book_session import PrescriberUnknown, say_session_time
from services.scheduling.use_cases.keep_override import keep_override
from services.scheduling.use_cases.move_appointment import move_appointment
from services.scheduling.use_cases.schedule_consultation import booked
from services.scheduling.use_cases.take_in_hand import InHand, Press, must_be_seen, take_in_hand
from shared.database import Transaction
from shared.events.values import DecidedBy


class TimeIsPast(Exception):
    """Nothing is moved to a time that is over."""


class KindGone(LookupError):
    """The clinic does not offer this kind of appointment any more."""


class ChairUnknown(LookupError):
    """This clinic has no such chair, it can no longer be booked, or the appointment needs none."""


@dataclass(frozen=True, slots=True)
class NewTime:
    """`clinician_id` and `chair_id` are resources. Without a clinician a session keeps its prescriber, and a consultation
    gets whoever is free; so it is with the chair."""

    starts_at: datetime
    clinician_id: UUID | None = None
    chair_id: UUID | None = None
    override: Override | None = None


async def move_by_staff(tx: Transaction, press: Press, new: NewTime) -> Appointment:
    """The same appointment, said to everybody; to the time it has already, nothing changes.

    When the time cannot be had it stays as it is. Raises TimeRefused, NotYoursToOverride, TimeIsPast, PrescriberUnknown,
    ChairUnknown, KindGone, AppointmentUnknown, AppointmentIsOver, SessionNotBooked, ChangedMeanwhile.
    """
    hand = await take_in_hand(tx, press)
    before = hand.appointment
    if before.starts_at == new.starts_at and new.clinician_id is None and new.chair_id is None:
        return before
    must_be_seen(before, press)
    return await move_in_hand(tx, hand, new, DecidedBy.STAFF, press.by)


async def move_in_hand(
    tx: Transaction, hand: InHand, new: NewTime, decided_by: DecidedBy, staff_id: UUID | None
) -> Appointment:
    """The same of what is locked, whoever decided it: staff, or a patient about what staff proposed. Raises the same."""
    before = hand.appointment
    before.must_be_movable()
    if new.starts_at <= tx.now:
        raise TimeIsPast("This time is over.")
    clinic = await clinics.find(tx, before.booking.clinic_id)
    kind = clinic.kind(before.booking.purpose) if clinic else None
    if clinic is None or kind is None:
        raise KindGone("The clinic does not offer this any more.")
    _must_have_chair(clinic, kind, new.chair_id)
    clinician = _clinician(clinic, hand, new)
    wanted = Wanted(kind, before.booking.patient_id, clinician=clinician.id if clinician else None, chair=new.chair_id)
    after = await move_appointment(
        tx, clinic, wanted, before, new.starts_at, StaffRules(new.override), decided_by, staff_id
    )
    await keep_override(tx, after, new.override)
    await _say(tx, hand, after, clinician, decided_by)
    return after


def _must_have_chair(clinic: Clinic, kind: AppointmentKind, chair_id: UUID | None) -> None:
    """Raises ChairUnknown."""
    if chair_id is None:
        return
    needed = any(need.resource_kind is ResourceKind.CHAIR for need in kind.needs)
    if not needed or all(chair.id != chair_id for chair in clinic.of_kind(ResourceKind.CHAIR)):
        raise ChairUnknown("This clinic has no such chair for it.")


def _clinician(clinic: Clinic, hand: InHand, new: NewTime) -> Resource | None:
    """Raises PrescriberUnknown."""
    if new.clinician_id is None and hand.session is None:
        return None
    for one in clinic.of_kind(ResourceKind.CLINICIAN):
        named = one.id == new.clinician_id
        theirs = hand.session is not None and hand.session.prescriber_id in (one.staff_id, one.id)
        if named or (new.clinician_id is None and theirs):
            return one
    raise PrescriberUnknown("This clinic has no such clinician.")


async def _say(tx: Transaction, hand: InHand, after: Appointment, clinician: Resource | None, by: DecidedBy) -> None:
    if hand.session is not None:
        assert clinician is not None
        session = hand.session.move(clinician.staff_id or clinician.id)
        await sessions.save(tx, session)
        say_session_time(tx, session, after, by=by)
    elif hand.consultation is not None:
        await booked(tx, hand.consultation, after, by=by)
