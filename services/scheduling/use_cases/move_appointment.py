"""One appointment gets another time under the identity it has, whoever asked for it and whatever it is for."""

from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.rules import Rules
from services.scheduling.domain.slots import Busy, Candidate, Wanted
from services.scheduling.store import appointment_acts, bookings, patients, waiting_list
from services.scheduling.store.appointment_acts import Did
from services.scheduling.use_cases.beside_others import beside_others
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.end_asked_move import end_question_about
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.refuse_time import refusal
from shared.database import Transaction
from shared.database.failures import Contended
from shared.events.values import DecidedBy


async def move_appointment(
    tx: Transaction,
    clinic: Clinic,
    wanted: Wanted,
    before: Appointment,
    start: datetime,
    rules: Rules,
    by: DecidedBy,
    staff_id: UUID | None = None,
) -> Appointment:
    """`before` is locked; whoever calls says it to the others. When the time cannot be had it stays as it is.

    Raises TimeRefused, and what the rules raise.
    """
    # First, so that it may move to the very time that was kept for it; a refusal takes this back with everything else.
    await end_question_about(tx, before.id)
    after = await _move(tx, clinic, wanted, before, start, rules)
    await appointment_acts.keep(tx, after, Did.MOVED, decided_by=by, staff_id=staff_id, starts_at=before.starts_at)
    board_changed(tx, before)
    board_changed(tx, after)
    # Who has joined the waiting list at this moment is served by what was freed.
    await waiting_list.review_at(tx, clinic.id, tx.now)
    return after


async def _move(
    tx: Transaction, clinic: Clinic, wanted: Wanted, before: Appointment, start: datetime, rules: Rules
) -> Appointment:
    """Raises TimeRefused; then nothing was given up."""
    contended = False
    try:
        async with tx.patiently():
            return await _exchange(tx, clinic, wanted, before, start, rules)
    except _NotToBeHad:
        pass
    except Contended:
        contended = True
    raise await refusal(tx, clinic, wanted, start, rules, besides=before.id, but=before.starts_at, contended=contended)


async def _exchange(
    tx: Transaction, clinic: Clinic, wanted: Wanted, before: Appointment, start: datetime, rules: Rules
) -> Appointment:
    """Takes the new time before it gives the old one up, so that two who change places never wait for each other; where
    the two overlap that cannot be. Raises _NotToBeHad, Contended."""
    during = Interval(start, start + wanted.kind.length)
    overlap = during.overlaps(before.during)

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        return rules.give(clinic, beside, start, busy, tx.now)

    await patients.lock(tx, clinic.id, wanted.patient_id)
    beside = await beside_others(tx, wanted, besides=before.id)
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
