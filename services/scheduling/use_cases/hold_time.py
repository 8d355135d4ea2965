"""A patient who is still asking has a time kept, or another one, or gives it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import AppointmentKind, Clinic, Purpose
from services.scheduling.domain.hold import Hold, HoldRules
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.rules import PatientsRules
from services.scheduling.domain.slots import Busy, Candidate, Wanted
from services.scheduling.store import clinics, consultations, holds, holds_taken, patients
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.let_holds_lapse import free_kept, give_back
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.refuse_time import refusal
from shared.database import Transaction
from shared.database.failures import Contended
from shared.ids import uuid7


class NoTimesToChoose(LookupError):
    """The clinic is not set up for consultations, or all that is free belongs to those who wait."""


class TooManyHolds(Exception):
    """This contact has as many times kept as it may, or this network has asked for as many."""


class RequestIsSent(Exception):
    """The request has been heard of: from then on its consultation is changed, not a hold."""


@dataclass(frozen=True, slots=True)
class HoldWanted:
    """Which time is to be kept, for which request, and by which contacts that is counted."""

    clinic_id: UUID
    request_id: UUID
    patient_id: UUID
    starts_at: datetime
    contacts: tuple[bytes, ...]
    """Keyed hashes."""


async def hold_time(tx: Transaction, wish: HoldWanted, rules: HoldRules) -> Hold:
    """Keeps this time, in the place of the one that the request has kept; the same time again changes nothing.

    When it cannot be had the other stays kept. Raises TimeRefused, TooManyHolds, RequestIsSent, NoTimesToChoose.
    """
    await consultations.alone_with(tx, wish.request_id)
    if await consultations.lock_of_request(tx, wish.request_id) is not None:
        raise RequestIsSent("This request was sent already.")
    before = await holds.of_request(tx, wish.request_id)
    if before is not None and before.starts_at == wish.starts_at and before.is_kept(tx.now):
        return before
    clinic, kind = await times_to_choose(tx, wish.clinic_id)
    await _within_its_share(tx, wish, before, rules)
    appointment = await _keep(tx, clinic, Wanted(kind, wish.patient_id), wish, before, tx.now + rules.length)
    await holds_taken.add(tx, clinic.id, wish.contacts, appointment.id)
    board_changed(tx, appointment)
    hold = Hold(
        id=before.id if before else uuid7(),
        clinic_id=clinic.id,
        request_id=wish.request_id,
        patient_id=wish.patient_id,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        appointment_id=appointment.id,
        kept_until=appointment.held_until,
    )
    await holds.save(tx, hold)
    return hold


async def give_back_hold(tx: Transaction, request_id: UUID) -> None:
    """What the request has kept is everybody's again. Giving back twice, or nothing, changes nothing."""
    await consultations.alone_with(tx, request_id)
    if (hold := await holds.of_request(tx, request_id)) is not None:
        await give_back(tx, hold)


async def times_to_choose(tx: Transaction, clinic_id: UUID) -> tuple[Clinic, AppointmentKind]:
    """The clinic whose free times patients may choose from.

    Raises NoTimesToChoose while anybody waits: what is free is theirs first (docs/decisions/0074).
    """
    clinic = await clinics.find(tx, clinic_id)
    kind = clinic.kind(Purpose.CONSULTATION) if clinic else None
    if clinic is None or kind is None:
        raise NoTimesToChoose("No consultations can be booked here.")
    if await consultations.anybody_waits(tx, clinic_id):
        raise NoTimesToChoose("All times are taken, and others wait already.")
    return clinic, kind


async def _within_its_share(tx: Transaction, wish: HoldWanted, before: Hold | None, rules: HoldRules) -> None:
    """Raises TooManyHolds."""
    replaced = before.appointment_id if before else None
    for contact in sorted(set(wish.contacts)):  # each is locked, so all go by the same order
        taken = await holds_taken.count(tx, wish.clinic_id, contact, besides=replaced)
        if taken.at_once >= rules.at_once or taken.in_window >= rules.in_window:
            raise TooManyHolds("No more times can be kept at the moment.")


async def _keep(
    tx: Transaction, clinic: Clinic, wanted: Wanted, wish: HoldWanted, before: Hold | None, until: datetime
) -> Appointment:
    """Raises TimeRefused; then the old time is kept as before."""
    contended = False
    try:
        async with tx.patiently():
            return await _exchange(tx, clinic, wanted, wish, before, until)
    except _NotToBeHad:
        pass
    except Contended:
        contended = True
    kept = before.appointment_id if before else None
    raise await refusal(tx, clinic, wanted, wish.starts_at, PatientsRules(), besides=kept, contended=contended)


async def _exchange(
    tx: Transaction, clinic: Clinic, wanted: Wanted, wish: HoldWanted, before: Hold | None, until: datetime
) -> Appointment:
    """Takes the new time before it gives the old one up, so that two who change places never wait for each other; where
    the two overlap that cannot be. Raises _NotToBeHad, Contended."""
    during = Interval(wish.starts_at, wish.starts_at + wanted.kind.length)
    old = before.appointment_id if before else None
    overlap = before is not None and during.overlaps(Interval(before.starts_at, before.ends_at))

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        return PatientsRules().give(clinic, wanted, wish.starts_at, busy, tx.now)

    await patients.lock(tx, clinic.id, wish.patient_id)
    if old is not None and overlap:
        await free_kept(tx, old)
    booking = Booking(clinic.id, wish.patient_id, clinic.zone)
    appointment = await book_appointment(tx, booking, during, this_time, held_until=until)
    if appointment is None:
        raise _NotToBeHad
    if old is not None and not overlap:
        await free_kept(tx, old)
    return appointment


class _NotToBeHad(Exception):
    """Rolls back to before the old time was given up."""
