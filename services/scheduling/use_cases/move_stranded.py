"""A booking that no longer fits gets the place that was proposed for it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.change import ChangedMeanwhile
from services.scheduling.domain.clinic import Clinic, ResourceKind
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.slots import Candidate, Wanted, candidate_at
from services.scheduling.domain.stranded import against
from services.scheduling.store import (
    appointment_acts,
    appointments,
    asked_moves,
    booked_ahead,
    bookings,
    clinics,
    patients,
)
from services.scheduling.store.appointment_acts import Did
from services.scheduling.use_cases.change_clinic import the_clinic
from services.scheduling.use_cases.let_holds_lapse import let_holds_lapse
from services.scheduling.use_cases.move_by_staff import NewTime, move_by_staff
from services.scheduling.use_cases.pages_changed import board_changed
from services.scheduling.use_cases.take_in_hand import Press, must_be_seen, take_in_hand
from services.scheduling.use_cases.withdraw_move import withdraw_move_of
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Proposal:
    """As a page showed it. `clinician_id` is a resource; None where the appointment needs nobody."""

    press: Press
    starts_at: datetime
    clinician_id: UUID | None


async def move_stranded(tx: Transaction, proposal: Proposal) -> None:
    """Moves it as staff move any appointment, so that everybody is told. Where only a chair or a seat is another the patient
    has nothing to notice: then it takes those, and nobody is told, but whoever had heard that it cannot be kept.

    Who is being asked, or has said no to that time, was so after the page was shown: no page proposes it to them. Raises
    TimeRefused, ChangedMeanwhile, and what `move_by_staff` raises; then it stays as it is.
    """
    hand = await take_in_hand(tx, proposal.press)
    must_be_seen(hand.appointment, proposal.press)
    if await asked_moves.open_one_of(tx, hand.appointment.id) is not None:
        raise ChangedMeanwhile
    await must_not_be_declined(tx, hand.appointment, proposal)
    clinic = await must_be_stranded(tx, hand.appointment)
    if await _takes_other_seats(tx, clinic, hand.appointment, proposal):
        await appointment_acts.keep(tx, hand.appointment, Did.MOVED, staff_id=proposal.press.by)
        return
    after = await move_by_staff(tx, proposal.press, NewTime(proposal.starts_at, proposal.clinician_id))
    if after.version == hand.appointment.version:
        raise TimeRefused([], [])


async def must_not_be_declined(tx: Transaction, appointment: Appointment, proposal: Proposal) -> None:
    """An answer does not raise the appointment's version. It is locked. Raises ChangedMeanwhile."""
    declined = (await asked_moves.declined(tx, [appointment.id])).get(appointment.id, [])
    if any(during.start == proposal.starts_at for during in declined):
        raise ChangedMeanwhile


async def must_be_stranded(tx: Transaction, appointment: Appointment) -> Clinic:
    """Nobody is told that a time cannot be kept which can. The clinic as it is, and stays until this is said: a change of its
    day then finds it. Raises ChangedMeanwhile."""
    async with tx.patiently():
        await clinics.lock(tx, appointment.booking.clinic_id)
    clinic = await the_clinic(tx, appointment.booking.clinic_id)
    if not any(against(clinic, planned) for planned in await booked_ahead.of_ids(tx, clinic.id, [appointment.id])):
        raise ChangedMeanwhile
    return clinic


async def _takes_other_seats(tx: Transaction, clinic: Clinic, before: Appointment, proposal: Proposal) -> bool:
    """False where the patient would notice. Raises TimeRefused."""
    kind = clinic.kind(before.booking.purpose)
    if kind is None or before.starts_at != proposal.starts_at or kind.length != before.during.length:
        return False
    before.must_be_movable()
    await patients.lock(tx, clinic.id, before.booking.patient_id)
    await let_holds_lapse(tx)  # what is over is not read as taken, and would be in the way of the claim
    busy = await bookings.busy(tx, clinic.id, before.during, before.booking.patient_id, besides=before.id)
    wanted = Wanted(kind, before.booking.patient_id, clinician=proposal.clinician_id)
    there = candidate_at(clinic, wanted, before.starts_at, busy, overridden=before.overridden)
    if there is None:
        raise TimeRefused([], [])
    if _clinician(there) != before.clinician_id:
        return False
    await bookings.free(tx, before.id)
    try:
        async with tx.patiently():
            await bookings.claim(tx, clinic.id, before.id, there.claims)
    except bookings.Taken:
        raise TimeRefused([], []) from None
    await appointments.save(tx, replace(before, version=before.version + 1))
    await withdraw_move_of(tx, before)
    board_changed(tx, before)
    return True


def _clinician(candidate: Candidate) -> UUID | None:
    found = candidate.resource(ResourceKind.CLINICIAN)
    return found.staff_id if found else None
