"""An appointment took place."""

from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.store import appointment_acts, appointments, bookings, clinics, waiting_list
from services.scheduling.store.appointment_acts import Did
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.take_in_hand import Press, must_be_seen, take_in_hand
from shared.database import Transaction


class RecordWanted(Exception):
    """An infusion session ends with its record, which says more than that it is over."""


async def complete_consultation(tx: Transaction, press: Press) -> Appointment:
    """It is over now; what came of it the clinician says. Twice is once.

    Raises NotTimeYet before its time unless the patient is here, AppointmentUnknown, AppointmentIsOver, ChangedMeanwhile,
    RecordWanted.
    """
    hand = await take_in_hand(tx, press)
    if hand.session is not None:
        raise RecordWanted("A session ends with its record.")
    hand.appointment.must_have_come(tx.now)
    if hand.appointment.complete(tx.now) is not hand.appointment:
        must_be_seen(hand.appointment, press)
    return await complete_appointment(tx, hand.appointment, tx.now, by=press.by)


async def complete_appointment(
    tx: Transaction, before: Appointment, ended_at: datetime, *, by: UUID, began_at: datetime | None = None
) -> Appointment:
    """`before` is locked, with what it is for. What is left of its planned time is free, once all is tidied up.

    Raises AppointmentIsOver.
    """
    after = before.complete(ended_at, began_at)
    if after is not before:
        await appointments.save(tx, after)
        await appointment_acts.keep(tx, after, Did.COMPLETED, staff_id=by)
        if after.ends_at > tx.now:
            await bookings.free_ahead(tx, after.id, tx.now, await _tidying(tx, after))
            await waiting_list.review_at(tx, after.booking.clinic_id, tx.now)
        board_changed(tx, after)
    return after


async def _tidying(tx: Transaction, appointment: Appointment) -> timedelta:
    """The last part of what has several: as long as planned, also when what came before was shorter."""
    clinic = await clinics.find(tx, appointment.booking.clinic_id)
    kind = clinic.kind(appointment.booking.purpose) if clinic else None
    return timedelta(minutes=kind.parts[-1].minutes) if kind and len(kind.parts) > 1 else timedelta(0)
