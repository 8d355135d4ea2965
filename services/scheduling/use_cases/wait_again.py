"""Who did not come to their consultation, and for whom there is no time to name, waits for another."""

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.store import appointment_acts, waiting_list
from services.scheduling.store.appointment_acts import Did
from services.scheduling.use_cases.pages_changed import WAITING_LIST, board_changed
from services.scheduling.use_cases.schedule_consultation import wait_in_line
from services.scheduling.use_cases.take_in_hand import Press, must_be_seen, take_in_hand
from shared.database import Transaction
from shared.events.values import DecidedBy


class NotMissed(Exception):
    """Nobody missed this consultation, it has another time since, or the patient does not want it any more."""


async def wait_again(tx: Transaction, press: Press) -> Appointment:
    """Their request stands on the waiting list, by its age, and they are told. The appointment stays missed. Twice is once.

    Raises NotMissed, AppointmentUnknown, ChangedMeanwhile.
    """
    hand = await take_in_hand(tx, press)
    appointment, consultation = hand.appointment, hand.consultation
    if consultation is None or appointment.state is not AppointmentState.MISSED:
        raise NotMissed("Nobody missed this consultation.")
    if consultation.state is ConsultationState.WAITLISTED:
        return appointment
    must_be_seen(appointment, press)
    if not consultation.can_be_booked_anew:
        raise NotMissed("It has another time since, or the patient does not want it any more.")
    await wait_in_line(tx, consultation, tx.now, by=DecidedBy.STAFF)
    await waiting_list.review_at(tx, press.clinic_id, tx.now)
    await appointment_acts.keep(tx, appointment, Did.WAITS_AGAIN, staff_id=press.by)
    board_changed(tx, appointment)
    tx.changed(WAITING_LIST)
    return appointment
