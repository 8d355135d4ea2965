"""The booking core: every appointment, of whatever kind and whoever asked, takes its resources here."""

from collections.abc import Callable
from datetime import datetime

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slots import Busy, Candidate
from services.scheduling.store import appointments, bookings
from services.scheduling.use_cases.let_holds_lapse import let_holds_lapse
from shared.database import Transaction
from shared.database.failures import Contended

MOST_LOSSES = 200
"""Each loss is a booking that somebody else finished just now, so this many in one transaction do not happen."""

Choose = Callable[[Busy, int], Candidate | None]
"""Given what is taken, and how many races were lost, the best time that is left; None when there is none."""


async def book_appointment(
    tx: Transaction,
    booking: Booking,
    window: Interval,
    choose: Choose,
    *,
    held_until: datetime | None = None,
    moving: Appointment | None = None,
) -> Appointment | None:
    """Takes everything a chosen time needs, or nothing; None when nothing in the window is left to choose.

    With `held_until` the time is only held, until then. `moving` is an appointment that gets the time under the identity
    it has; what it had before is not in its way, and is the caller's to free.

    The constraint in the database decides, not what was read before: a race lost rolls back to the savepoint, looks
    again, and tries the next best. Every loss is somebody else's commit, so the loop ends. Raises Contended when
    somebody who books the same comes to no end. What only a hold that is over stands in the way of is no loss: one
    statement lets it lapse, and the next one books.
    """
    losses = 0
    for _ in range(MOST_LOSSES):
        taken = await bookings.busy(
            tx, booking.clinic_id, window, booking.patient_id, besides=moving.id if moving else None
        )
        candidate = choose(taken, losses)
        if candidate is None:
            return None
        appointment = moving.move(candidate) if moving else Appointment.book(booking, candidate, held_until)
        try:
            async with tx.patiently():
                await (appointments.save if moving else appointments.insert)(tx, appointment)
                await bookings.claim(tx, booking.clinic_id, appointment.id, candidate.claims)
        except bookings.Taken:
            losses += not await let_holds_lapse(tx)
            continue
        return appointment
    raise Contended("Many people are booking at this moment. Try again.")
