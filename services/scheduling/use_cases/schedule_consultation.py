"""Give a consultation the best time there is, or a place on the waiting list."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.slots import (
    Busy,
    Candidate,
    Wanted,
    best_first,
    bookable_without_staff,
    candidate_at,
    candidates,
)
from services.scheduling.domain.turns import pick
from services.scheduling.store import clinics, consultations, patients, waiting_list
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.end_offer import end_offer_of
from services.scheduling.use_cases.pages_changed import WAITING_LIST, board_changed
from services.scheduling.use_cases.say_late import say_if_late
from shared.database import Transaction
from shared.events.consultation import ConsultationScheduled, ConsultationWaitlisted
from shared.events.values import DecidedBy

LOOK_AGAIN = timedelta(minutes=1)
"""How often the waiting list is looked at while somebody waits, besides whenever time is given back: the horizon moves on,
and somebody who was away is back. A look that finds nothing costs some milliseconds."""
IN_A_RUSH = 3
"""Losses that whoever books while somebody else does may expect: all of them would want the same best time."""


async def schedule_consultation(
    tx: Transaction, consultation: Consultation, now: datetime, *, instead_of: datetime | None = None
) -> Consultation:
    """Books it, or puts it on the waiting list if it is not there yet, and says so. The consultation is locked.

    `instead_of` is the time that the patient had chosen, and that others have now.
    """
    appointment = await _book_best(tx, consultation, now)
    if appointment is not None:
        return await booked(tx, consultation, appointment, instead_of=instead_of)
    if consultation.state is ConsultationState.WAITLISTED:
        return consultation
    return await wait_in_line(tx, consultation, now, instead_of=instead_of)


async def wait_in_line(
    tx: Transaction,
    consultation: Consultation,
    now: datetime,
    *,
    instead_of: datetime | None = None,
    by: DecidedBy = DecidedBy.SYSTEM,
) -> Consultation:
    """Puts it on the waiting list, and says so."""
    waiting = replace(consultation.become(ConsultationState.WAITLISTED), instead_of=instead_of)
    await consultations.save(tx, waiting)
    await waiting_list.review_at(tx, waiting.clinic_id, now + LOOK_AGAIN)
    say_waiting(tx, waiting, by)
    await say_if_late(tx, waiting, None)
    return waiting


def say_waiting(tx: Transaction, waiting: Consultation, by: DecidedBy = DecidedBy.SYSTEM) -> None:
    """It stands on the waiting list."""
    tx.emit(
        ConsultationWaitlisted(
            clinic_id=waiting.clinic_id,
            patient_id=waiting.patient_id,
            consultation_id=waiting.id,
            request_id=waiting.request_id,
            reference=waiting.reference,
            by=by,
            instead_of=waiting.instead_of,
        ),
        of=waiting,
    )


async def _book_best(tx: Transaction, consultation: Consultation, now: datetime) -> Appointment | None:
    clinic = await clinics.find(tx, consultation.clinic_id)
    kind = clinic.kind(Purpose.CONSULTATION) if clinic else None
    if clinic is None or kind is None:
        return None
    wanted = Wanted(kind, consultation.patient_id, consultation.wishes, urgency=consultation.urgency)
    window = bookable_without_staff(clinic, now)
    booking = Booking(clinic.id, consultation.patient_id, clinic.zone, consultation_id=consultation.id)
    await patients.lock(tx, clinic.id, consultation.patient_id)
    behind = 0 if await clinics.is_first_to_book(tx, clinic.id) else IN_A_RUSH
    starts = best_first(clinic, wanted, window)

    def best_left(busy: Busy, losses: int) -> Candidate | None:
        best = pick(lambda at: candidates(clinic, wanted, at, busy), starts, wanted.patient_id, losses + behind)
        return candidate_at(clinic, wanted, best.during.start, busy) if best else None

    return await book_appointment(tx, booking, window, best_left)


async def booked(
    tx: Transaction,
    consultation: Consultation,
    appointment: Appointment,
    *,
    by: DecidedBy = DecidedBy.SYSTEM,
    instead_of: datetime | None = None,
) -> Consultation:
    """It has this appointment now, and says so. What it waited for, and was asked for, is over."""
    if consultation.state is ConsultationState.WAITLISTED:
        await end_offer_of(tx, consultation.id)
        tx.changed(WAITING_LIST)
    after = replace(consultation.become(ConsultationState.BOOKED), instead_of=instead_of)
    await consultations.save(tx, after)
    tx.emit(
        ConsultationScheduled(
            clinic_id=after.clinic_id,
            patient_id=after.patient_id,
            consultation_id=after.id,
            request_id=after.request_id,
            reference=after.reference,
            by=by,
            appointment=appointment.told(),
            instead_of=instead_of,
        ),
        of=after,
    )
    board_changed(tx, appointment)
    if by is not DecidedBy.STAFF:
        await say_if_late(tx, after, appointment.starts_at)
    return after
