"""A patient whose booked time has no place any more is asked about another, which is kept for them meanwhile."""

from datetime import datetime

from services.scheduling.domain.appointment import Appointment, AppointmentIsOver, AppointmentState, Booking
from services.scheduling.domain.asked_move import AskedMove
from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.slot_offer import answer_by
from services.scheduling.domain.slots import Busy, Candidate, Wanted
from services.scheduling.store import asked_moves, patients, slot_offering
from services.scheduling.use_cases.beside_others import beside_others
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.move_by_staff import KindGone
from services.scheduling.use_cases.move_stranded import Proposal, must_be_stranded, must_not_be_declined
from services.scheduling.use_cases.offer_by_hand import AlreadyAsked, TooSoonToOffer
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.take_in_hand import InHand, must_be_seen, take_in_hand
from shared.database import Transaction
from shared.events.move import MoveProposed
from shared.ids import uuid7


async def ask_about_move(tx: Transaction, proposal: Proposal) -> AskedMove:
    """What was proposed is kept until the deadline of the clinic's own offers; the appointment stays as it is until then.

    At the same time of day there is nothing to ask, nor where the clinic's day has its place for it again; what begins before
    an answer is due is told by telephone. Raises TimeRefused, TooSoonToOffer, AlreadyAsked, AppointmentIsOver,
    ChangedMeanwhile, KindGone, and what taking it in hand raises.
    """
    hand = await take_in_hand(tx, proposal.press)
    before = hand.appointment
    must_be_seen(before, proposal.press)
    if before.state is not AppointmentState.BOOKED:
        raise AppointmentIsOver(before.state)
    if await asked_moves.open_one_of(tx, before.id) is not None:
        raise AlreadyAsked
    await must_not_be_declined(tx, before, proposal)
    clinic = await must_be_stranded(tx, before)
    if proposal.starts_at == before.starts_at:
        raise TimeRefused([], [])
    within = (await slot_offering.of_clinic(tx, before.booking.clinic_id)).within
    until = answer_by(tx.now, within, before.booking.zone)
    if until >= min(before.starts_at, proposal.starts_at):
        raise TooSoonToOffer
    held = await _hold(tx, clinic, before, proposal, held_until=until)
    asked = AskedMove(
        id=uuid7(),
        clinic_id=before.booking.clinic_id,
        patient_id=before.booking.patient_id,
        appointment_id=before.id,
        revision=before.revision,
        held_id=held.id,
        clinician_id=proposal.clinician_id,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        zone=held.booking.zone,
        asked_at=tx.now,
        asked_by=proposal.press.by,
        answer_by=until,
    )
    await asked_moves.insert(tx, asked)
    _say(tx, hand, asked, held)
    board_changed(tx, held)
    return asked


async def _hold(
    tx: Transaction, clinic: Clinic, before: Appointment, proposal: Proposal, *, held_until: datetime
) -> Appointment:
    """Beside what they have booked: a time that overlaps it cannot be kept as well. Raises TimeRefused."""
    kind = clinic.kind(before.booking.purpose)
    if kind is None:
        raise KindGone("The clinic does not offer this any more.")
    async with tx.patiently():
        await patients.lock(tx, clinic.id, before.booking.patient_id)
    wanted = await beside_others(
        tx, Wanted(kind, before.booking.patient_id, clinician=proposal.clinician_id), besides=before.id
    )

    def this_time(busy: Busy, _losses: int) -> Candidate | None:
        return StaffRules().give(clinic, wanted, proposal.starts_at, busy, tx.now)

    booking = Booking(clinic.id, before.booking.patient_id, clinic.zone, held_for=kind.purpose)
    window = Interval(proposal.starts_at, proposal.starts_at + kind.length)
    held = await book_appointment(tx, booking, window, this_time, held_until=held_until)
    if held is None:
        raise TimeRefused([], [])
    return held


def _say(tx: Transaction, hand: InHand, asked: AskedMove, held: Appointment) -> None:
    tx.emit(
        MoveProposed(
            clinic_id=asked.clinic_id,
            patient_id=asked.patient_id,
            offer_id=asked.id,
            appointment_id=asked.appointment_id,
            revision=asked.revision,
            request_id=hand.consultation.request_id if hand.consultation else None,
            instead_of=hand.appointment.starts_at,
            starts_at=asked.starts_at,
            ends_at=asked.ends_at,
            zone=asked.zone,
            local_start=held.local_start,
            offered_at=asked.asked_at,
            answer_by=asked.answer_by,
        ),
        of=asked,
    )
