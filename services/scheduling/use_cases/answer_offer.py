"""Somebody who waits takes the time that they were offered, or does not want it; or says nothing, and the next is asked."""

from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slot_offer import OfferIsOver, OfferState, SlotOffer
from services.scheduling.domain.slots import is_free
from services.scheduling.domain.stranded import against
from services.scheduling.store import (
    appointments,
    booked_ahead,
    bookings,
    clinics,
    consultations,
    patients,
    slot_offers,
    waiting_list,
)
from services.scheduling.use_cases.end_offer import close_offer
from services.scheduling.use_cases.pages_changed import WAITING_LIST
from services.scheduling.use_cases.schedule_consultation import booked
from shared.database import Database, Transaction
from shared.events.values import DecidedBy


async def accept_offer(tx: Transaction, offer_id: UUID, *, by: UUID | None = None) -> Appointment | None:
    """The held time is theirs, and all are told. Accepting twice is once. None where it cannot be had after all, because the
    clinic's day has changed or the patient has another appointment then: the offer has ended, and they keep their place.

    An answer that comes late still counts as long as nobody has taken note of that: nobody else has the time. Who was not
    the first keeps their place on the list, and is asked for the next time. `by` is staff, when the patient said it by
    telephone.
    Raises OfferIsOver, OfferUnknown.
    """
    offer, consultation = await _locked(tx, offer_id)
    if offer.state is OfferState.ACCEPTED:
        return await _theirs(tx, offer)
    if not offer.open or consultation.state is not ConsultationState.WAITLISTED:
        raise OfferIsOver(offer.state)
    if not await _can_be_had(tx, offer):
        await close_offer(tx, offer, OfferState.ENDED, by=by)
        return None
    if not await slot_offers.become_appointment(tx, offer):
        raise OfferIsOver(OfferState.LAPSED)
    await slot_offers.answer(tx, offer.id, OfferState.ACCEPTED, by=by)
    if await slot_offers.take_from_others(tx, offer):
        await waiting_list.review_at(tx, offer.clinic_id, tx.now)
    appointment = await _theirs(tx, offer)
    await booked(tx, consultation, appointment, by=DecidedBy.STAFF if by else DecidedBy.PATIENT)
    tx.changed(WAITING_LIST)
    return appointment


async def _can_be_had(tx: Transaction, offer: SlotOffer) -> bool:
    """The clinic still has a place for what is held, and the patient is nowhere else then."""
    clinic = await clinics.find(tx, offer.clinic_id)
    if clinic is None or offer.appointment_id is None:
        return False
    during = Interval(offer.starts_at, offer.ends_at)
    busy = await bookings.busy(tx, clinic.id, during, offer.patient_id, besides=offer.appointment_id)
    held = await booked_ahead.of_ids(tx, clinic.id, [offer.appointment_id])
    return is_free(busy, offer.patient_id, during) and not any(against(clinic, one) for one in held)


async def decline_offer(tx: Transaction, offer_id: UUID, *, by: UUID | None = None) -> None:
    """They keep their place, and are not asked for this time again. Declining twice is once.

    Raises OfferIsOver, OfferUnknown.
    """
    offer, _ = await _locked(tx, offer_id)
    if offer.state is OfferState.DECLINED:
        return
    if not offer.open:
        raise OfferIsOver(offer.state)
    await close_offer(tx, offer, OfferState.DECLINED, by=by)


async def let_offers_lapse(database: Database) -> int:
    """For a timer: whoever comes next is asked for what was not answered. Says how many ended."""
    async with database.transaction() as tx:
        lapsed = await slot_offers.let_lapse(tx)
        for clinic_id in set(lapsed):
            await waiting_list.review_at(tx, clinic_id, tx.now)
        if lapsed:
            tx.changed(WAITING_LIST)
        return len(lapsed)


async def _locked(tx: Transaction, offer_id: UUID) -> tuple[SlotOffer, Consultation]:
    """Raises OfferUnknown."""
    offer = await slot_offers.find(tx, offer_id)
    await consultations.alone_with(tx, offer.request_id)
    consultation = await consultations.lock_of_request(tx, offer.request_id)
    assert consultation is not None
    await patients.lock(tx, offer.clinic_id, offer.patient_id)
    return await slot_offers.lock(tx, offer), consultation


async def _theirs(tx: Transaction, offer: SlotOffer) -> Appointment:
    appointment = await appointments.of_consultation(tx, offer.consultation_id)
    if appointment is None:
        raise OfferIsOver(offer.state)
    return appointment
