"""Staff change a clinic's data: first they see what it would mean, then it counts."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.misdescribed import must_be_meant
from services.scheduling.domain.stranded import Stranded, stranded, without_place
from services.scheduling.store import asked_moves, booked_ahead, bookings, clinic_changes, clinics, waiting_list
from services.scheduling.use_cases.see_questions_again import see_questions_again
from shared.database import Transaction

AS_FAR_AS = timedelta(days=400)

Edit = Callable[[Clinic], Clinic]


class ClinicChangedMeanwhile(Exception):
    """The clinic's data is not any more what was looked at."""


class ClinicNotSetUp(LookupError):
    """There is no clinic yet to change."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a change means. `newly` are the appointments that fit now and would not then. `stuck` is how many are booked of a
    kind that is given up: they stay, and no time can be found for them any more."""

    before: Clinic
    after: Clinic
    newly: tuple[Stranded, ...]
    stuck: int


async def the_clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    """Raises ClinicNotSetUp."""
    clinic = await clinics.find(tx, clinic_id)
    if clinic is None:
        raise ClinicNotSetUp("This clinic is not set up yet.")
    return clinic


async def look_at_change(tx: Transaction, clinic_id: UUID, edit: Edit) -> Change:
    """What it would mean, as things are at this moment. Raises ClinicMisdescribed, ClinicNotSetUp, and what `edit` does."""
    before = await the_clinic(tx, clinic_id)
    after = edit(before)
    must_be_meant(after)
    ahead = await booked_ahead.booked_ahead(tx, clinic_id, tx.now)
    already = {one.planned.appointment_id for one in without_place(before, ahead)}
    then = await stranded_now(tx, after)
    newly = tuple(one for one in then if one.planned.appointment_id not in already)
    given_up = {kind.purpose for kind in before.kinds} - {kind.purpose for kind in after.kinds}
    return Change(before, after, newly, stuck=sum(one.purpose in given_up for one in ahead))


async def change_clinic(tx: Transaction, clinic_id: UUID, edit: Edit, *, what: str, seen: int, by: UUID) -> Clinic:
    """Makes it so, and keeps what was before. Bookings stay as they are: `stranded_now` names those that no longer fit.

    `seen` is the version that was looked at. Raises ClinicChangedMeanwhile, ClinicMisdescribed, ClinicNotSetUp.
    """
    await clinics.lock(tx, clinic_id)
    before = await the_clinic(tx, clinic_id)
    if before.version != seen:
        raise ClinicChangedMeanwhile
    after = edit(before)
    must_be_meant(after)
    await clinics.save(tx, after)
    after = await the_clinic(tx, clinic_id)
    await clinic_changes.add(tx, before, after, what=what, by=by)
    await see_questions_again(tx, after)
    # New hours or people may have room for those who wait.
    await waiting_list.review_at(tx, clinic_id, tx.now)
    return after


async def without_place_now(tx: Transaction, clinic: Clinic) -> list[Stranded]:
    """What is booked and does not fit into this clinic's day, without proposals, which take longer to find."""
    return without_place(clinic, await booked_ahead.booked_ahead(tx, clinic.id, tx.now))


async def stranded_now(tx: Transaction, clinic: Clinic) -> list[Stranded]:
    """The same, each with a proposal. Beside the loop: where hundreds are stranded it takes a second or two, and nobody else
    is to wait for that."""
    ahead = await booked_ahead.booked_ahead(tx, clinic.id, tx.now)
    busy = await bookings.busy(tx, clinic.id, Interval(tx.now, tx.now + AS_FAR_AS), None)
    asked = {one.appointment_id: one.during for one in await asked_moves.all_open(tx, clinic.id)}
    declined = await asked_moves.declined(tx, [one.appointment_id for one in ahead])
    return await asyncio.to_thread(stranded, clinic, ahead, busy, tx.now, asked, declined)
