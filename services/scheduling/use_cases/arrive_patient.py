"""The patient is here, and it begins; or the wrong row was pressed, and it is not so."""

from services.scheduling.domain.appointment import Appointment
from services.scheduling.store import appointment_acts, appointments
from services.scheduling.store.appointment_acts import Did
from services.scheduling.use_cases.call_off_consultation import call_off
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.take_in_hand import Press, must_be_seen, take_in_hand
from shared.database import Transaction
from shared.events.values import DecidedBy


async def arrive_patient(tx: Transaction, press: Press) -> Appointment:
    """Early, late or in time on its day: that is for the board to show, and no reason to refuse. Twice is once.

    Raises NotItsDay, AppointmentUnknown, AppointmentIsOver, ChangedMeanwhile.
    """
    before = (await take_in_hand(tx, press)).appointment
    return await _keep(tx, press, before, before.arrive(tx.now), Did.ARRIVED)


async def take_arrival_back(tx: Transaction, press: Press) -> Appointment:
    """As long as nothing has begun. Raises AppointmentUnknown, AppointmentIsOver, ChangedMeanwhile."""
    before = (await take_in_hand(tx, press)).appointment
    return await _keep(tx, press, before, before.take_arrival_back(), Did.ARRIVAL_TAKEN_BACK)


async def begin_appointment(tx: Transaction, press: Press) -> Appointment:
    """The patient is being seen. Raises NotItsDay, AppointmentUnknown, AppointmentIsOver, ChangedMeanwhile."""
    before = (await take_in_hand(tx, press)).appointment
    return await _keep(tx, press, before, before.begin(tx.now), Did.BEGAN)


async def take_begin_back(tx: Transaction, press: Press) -> Appointment:
    """As long as it has not ended. A request that was withdrawn meanwhile, and heard as of somebody who is here, is called
    off now. Raises AppointmentUnknown, AppointmentIsOver, ChangedMeanwhile.
    """
    hand = await take_in_hand(tx, press)
    after = await _keep(tx, press, hand.appointment, hand.appointment.take_begin_back(), Did.BEGIN_TAKEN_BACK)
    if after is hand.appointment or hand.consultation is None or not hand.consultation.withdrawn:
        return after
    await call_off(tx, hand.consultation, DecidedBy.PATIENT)
    return await appointments.lock(tx, after.id)


async def _keep(tx: Transaction, press: Press, before: Appointment, after: Appointment, did: Did) -> Appointment:
    if after is not before:
        must_be_seen(before, press)
        await appointments.save(tx, after)
        await appointment_acts.keep(tx, after, did, staff_id=press.by)
        board_changed(tx, after)
    return after
