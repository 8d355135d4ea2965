"""A patient chooses another time for their consultation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.change import must_be_as_seen, must_be_movable
from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import TimeRefused, nearest, reasons_without_staff
from services.scheduling.domain.slots import Busy, Candidate, Wanted, bookable_without_staff, candidate_at
from services.scheduling.store import appointments, bookings, consultations, patients, waiting_list
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.hold_time import times_to_choose
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.schedule_consultation import booked
from shared.database import Transaction
from shared.database.failures import Contended
from shared.events.values import DecidedBy


@dataclass(frozen=True, slots=True)
class Move:
    """`seen` is the revision that the patient had before them when they chose."""

    request_id: UUID
    starts_at: datetime
    seen: int


async def move_consultation(tx: Transaction, move: Move) -> Appointment:
    """The same appointment at that time, said to everybody; to the time it has already, nothing changes.

    When the time cannot be had the appointment stays as it is. Raises TimeRefused, NothingToChange, ChangedMeanwhile,
    TooLateToMove, TooManyMoves, NoTimesToChoose.
    """
    await consultations.alone_with(tx, move.request_id)
    consultation = await consultations.lock_of_request(tx, move.request_id)
    found = await appointments.of_consultation(tx, consultation.id) if consultation else None
    if found is not None and found.starts_at == move.starts_at and found.starts_at > tx.now:
        return found
    before = must_be_as_seen(found, move.seen, tx.now)
    assert consultation is not None
    clinic, kind = await times_to_choose(tx, before.booking.clinic_id)
    must_be_movable(before, clinic, tx.now)
    after = await _move(tx, clinic, Wanted(kind, before.booking.patient_id), before, move.starts_at)
    await _say(tx, consultation, before, after)
    return after


async def _move(tx: Transaction, clinic: Clinic, wanted: Wanted, before: Appointment, start: datetime) -> Appointment:
    """Raises TimeRefused; then nothing was given up."""
    contended = False
    try:
        async with tx.patiently():
            return await _exchange(tx, clinic, wanted, before, start)
    except _NotToBeHad:
        pass
    except Contended:
        contended = True
    raise await _refusal(tx, clinic, wanted, before, start, contended=contended)


async def _exchange(
    tx: Transaction, clinic: Clinic, wanted: Wanted, before: Appointment, start: datetime
) -> Appointment:
    """Takes the new time before it gives the old one up, so that two who change places never wait for each other; where
    the two overlap that cannot be. Raises _NotToBeHad, Contended."""
    during = Interval(start, start + wanted.kind.length)
    overlap = during.overlaps(before.during)

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        against = reasons_without_staff(clinic, wanted, start, busy, tx.now)
        return None if against else candidate_at(clinic, wanted, start, busy)

    await patients.lock(tx, clinic.id, wanted.patient_id)
    if overlap:
        await bookings.free(tx, before.id)
    after = await book_appointment(tx, before.booking, during, this_time, moving=before)
    if after is None:
        raise _NotToBeHad
    if not overlap:
        await bookings.free(tx, before.id, outside=during)
    return after


class _NotToBeHad(Exception):
    """Rolls back to before the old time was given up."""


async def _refusal(
    tx: Transaction, clinic: Clinic, wanted: Wanted, before: Appointment, start: datetime, *, contended: bool
) -> TimeRefused:
    """What stands against this start, and the nearest others, by one look at what is taken."""
    reach = bookable_without_staff(clinic, tx.now)
    window = Interval(min(reach.start, start), max(reach.end, start + wanted.kind.length))
    busy = await bookings.busy(tx, clinic.id, window, wanted.patient_id, besides=before.id)
    missing = reasons_without_staff(clinic, wanted, start, busy, tx.now)
    return TimeRefused(missing, nearest(clinic, wanted, start, reach, busy, apart=contended, but=before.starts_at))


async def _say(tx: Transaction, consultation: Consultation, before: Appointment, after: Appointment) -> None:
    await booked(tx, consultation, after, by=DecidedBy.PATIENT)
    board_changed(tx, before)
    # Who has joined the waiting list at this moment is served by what was freed.
    await waiting_list.review_at(tx, consultation.clinic_id, tx.now)
