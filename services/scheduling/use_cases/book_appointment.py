"""The booking core: every appointment, of whatever kind and whoever asked, takes its resources here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.glance import Diary
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

    In a transaction that is shared all who book look once, choose one after the other, and take together what each has
    chosen. Whoever was faster from elsewhere lets all of them fail, and each is done again alone, as here.
    """
    if tx.shared and moving is None:
        return await tx.with_others(_book_all, _Ask(booking, window, choose, held_until))
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


@dataclass(frozen=True, slots=True, eq=False)
class _Ask:
    booking: Booking
    window: Interval
    choose: Choose
    held_until: datetime | None


_Promise = tuple[UUID, Candidate]
"""A patient, and what is about to be taken for them."""


async def _book_all(tx: Transaction, asks: Sequence[_Ask]) -> list[Appointment | None]:
    """Chooses around what the group before is about to take, while that is being written. Raises bookings.Taken when any
    lost a race."""
    promised = await tx.promised_before()
    chosen = await _choose_all(tx, asks, promised)
    left = [ask for ask in asks if ask not in chosen]
    if left and promised:  # which may be rolled back, and then nobody was refused for it
        await tx.after_those_before()
        chosen |= await _choose_all(tx, left, _promises(chosen))
    tx.promise(_promises(chosen))
    made = {ask: Appointment.book(ask.booking, its, ask.held_until) for ask, its in chosen.items()}
    if made:
        await appointments.insert_all(tx, list(made.values()))
        claims = [(made[ask].id, claim) for ask, its in chosen.items() for claim in its.claims]
        await bookings.claim_all(tx, asks[0].booking.clinic_id, claims)
    return [made.get(ask) for ask in asks]


async def _choose_all(tx: Transaction, asks: Sequence[_Ask], promised: Sequence[_Promise]) -> dict[_Ask, Candidate]:
    """One look for all; then each chooses in turn, and the next sees it. Who finds nothing is not in the answer."""
    (clinic_id,) = {ask.booking.clinic_id for ask in asks}  # a process serves one clinic
    seen = await bookings.busy_for_all(
        tx, clinic_id, [bookings.Look(ask.window, ask.booking.patient_id) for ask in asks]
    )
    for patient_id, candidate in promised:
        _write(seen, patient_id, candidate)
    chosen: dict[_Ask, Candidate] = {}
    for ask in asks:
        if (candidate := ask.choose(seen[ask.window], 0)) is not None:
            chosen[ask] = candidate
            _write(seen, ask.booking.patient_id, candidate)
    return chosen


def _promises(chosen: Mapping[_Ask, Candidate]) -> list[_Promise]:
    return [(ask.booking.patient_id, candidate) for ask, candidate in chosen.items()]


def _write(seen: Mapping[Interval, Mapping[UUID, Diary]], patient_id: UUID, candidate: Candidate) -> None:
    """It is as good as taken."""
    for window, taken in seen.items():
        if window.overlaps(candidate.during):
            taken[patient_id].write(candidate.during)
            for claim in candidate.claims:
                taken[claim.resource.id].write(claim.during)
