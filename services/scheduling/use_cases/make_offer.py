"""Somebody who waits is asked whether they want a time, which is held for them meanwhile."""

from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.slot_offer import SlotOffer
from services.scheduling.store import slot_offers
from services.scheduling.use_cases.pages_changed import WAITING_LIST, board_changed
from shared.database import Transaction
from shared.events.consultation import SlotOffered
from shared.ids import uuid7


async def make_offer(
    tx: Transaction,
    consultation: Consultation,
    held: Appointment,
    answer_by: datetime,
    *,
    shared: bool = False,
    by: UUID | None = None,
) -> SlotOffer:
    """`held` keeps the time until `answer_by`; `shared`: others may be asked for it too. The consultation is locked, waits,
    and is asked for nothing else."""
    offer = SlotOffer(
        id=uuid7(),
        clinic_id=consultation.clinic_id,
        patient_id=consultation.patient_id,
        consultation_id=consultation.id,
        request_id=consultation.request_id,
        reference=consultation.reference,
        appointment_id=held.id,
        shared=shared,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        zone=held.booking.zone,
        offered_at=tx.now,
        answer_by=answer_by,
        offered_by=by,
    )
    await slot_offers.insert(tx, offer)
    tx.emit(
        SlotOffered(
            clinic_id=offer.clinic_id,
            patient_id=offer.patient_id,
            offer_id=offer.id,
            consultation_id=offer.consultation_id,
            request_id=offer.request_id,
            reference=offer.reference,
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
            zone=offer.zone,
            local_start=held.local_start,
            shared=shared,
            offered_at=offer.offered_at,
            answer_by=offer.answer_by,
        ),
        of=offer,
    )
    board_changed(tx, held)
    tx.changed(WAITING_LIST)
    return offer
