"""Staff cancel an appointment, whatever it is for."""

from services.scheduling.domain.appointment import AHEAD, Appointment, AppointmentIsOver, AppointmentState
from services.scheduling.domain.session import CancelReason
from services.scheduling.store import appointments
from services.scheduling.use_cases.call_off_consultation import call_off
from services.scheduling.use_cases.cancel_session import cancel_session
from services.scheduling.use_cases.take_in_hand import Press, must_be_seen, take_in_hand
from shared.database import Transaction
from shared.events.values import DecidedBy


async def cancel_by_staff(tx: Transaction, press: Press, reason: CancelReason) -> Appointment:
    """Its time is everybody's again, and the others are told. Twice is once.

    Raises AppointmentUnknown, AppointmentIsOver, ChangedMeanwhile.
    """
    hand = await take_in_hand(tx, press)
    before = hand.appointment
    if before.state is AppointmentState.CANCELLED:
        return before
    if before.state not in AHEAD:
        raise AppointmentIsOver(before.state)
    must_be_seen(before, press)
    if hand.session is not None:
        await cancel_session(tx, hand.session, reason=reason, by=press.by)
    elif hand.consultation is not None:
        decided_by = DecidedBy.PATIENT if reason is CancelReason.PATIENT_ASKED else DecidedBy.STAFF
        await call_off(tx, hand.consultation, decided_by, reason=reason, staff_id=press.by)
    return await appointments.lock(tx, before.id)
