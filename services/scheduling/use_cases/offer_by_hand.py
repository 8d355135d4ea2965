"""Staff offer a time to somebody on the waiting list, out of turn."""

from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Booking
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import TimeRefused, nearest, offered_around, reasons
from services.scheduling.domain.slot_offer import SlotOffer, answer_by
from services.scheduling.domain.slots import Busy, Candidate, Wanted, candidate_at
from services.scheduling.store import bookings, clinics, consultations, patients, slot_offering, slot_offers
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.hold_time import NoTimesToChoose
from services.scheduling.use_cases.make_offer import make_offer
from shared.database import Transaction
from shared.database.failures import Contended


class NotOnTheList(LookupError):
    """They do not wait, or not any more."""


class AlreadyAsked(Exception):
    """They are asked for another time at this moment: one at a time."""


class TooSoonToOffer(Exception):
    """It begins before they would have had to answer."""


async def offer_by_hand(tx: Transaction, clinic_id: UUID, request_id: UUID, start: datetime, *, by: UUID) -> SlotOffer:
    """Held for them, and for nobody else, until the deadline of the clinic's own offers.

    Raises TimeRefused, NotOnTheList, AlreadyAsked, TooSoonToOffer, NoTimesToChoose.
    """
    consultation = await lock_waiting(tx, clinic_id, request_id)
    if await slot_offers.open_one_of(tx, consultation.id) is not None:
        raise AlreadyAsked
    clinic = await clinics.find(tx, clinic_id)
    kind = clinic.kind(Purpose.CONSULTATION) if clinic else None
    if clinic is None or kind is None:
        raise NoTimesToChoose("No consultations can be booked here.")
    until = answer_by(tx.now, (await slot_offering.of_clinic(tx, clinic_id)).within, clinic.zone)
    if until >= start:
        raise TooSoonToOffer
    wanted = Wanted(kind, consultation.patient_id)

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        against = reasons(clinic, wanted, start, busy, tx.now)
        return None if against else candidate_at(clinic, wanted, start, busy)

    booking = Booking(clinic.id, consultation.patient_id, clinic.zone, booked_by=by)
    try:
        async with tx.patiently():
            await patients.lock(tx, clinic.id, consultation.patient_id)
        held = await book_appointment(tx, booking, Interval(start, start + kind.length), this_time, held_until=until)
    except Contended:
        held = None
    if held is None:
        window = offered_around(start, tx.now)
        busy = await bookings.busy(tx, clinic.id, window, consultation.patient_id)
        taken = await bookings.held_until(tx, clinic.id, window)
        missing = reasons(clinic, wanted, start, busy, tx.now, taken)
        raise TimeRefused(missing, nearest(clinic, wanted, start, window, busy))
    return await make_offer(tx, consultation, held, until, by=by)


async def lock_waiting(tx: Transaction, clinic_id: UUID, request_id: UUID) -> Consultation:
    """Raises NotOnTheList."""
    await consultations.alone_with(tx, request_id)
    consultation = await consultations.lock_of_request(tx, request_id)
    if consultation is None or consultation.clinic_id != clinic_id:
        raise NotOnTheList
    if consultation.state is not ConsultationState.WAITLISTED:
        raise NotOnTheList
    return consultation
