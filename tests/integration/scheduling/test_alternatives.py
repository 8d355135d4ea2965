"""Who cannot have a time is offered others, and each of these can be had."""

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import time

import pytest

from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.slots import Wanted
from services.scheduling.store import patients
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from services.scheduling.use_cases.refuse_time import refusal
from shared.database.failures import Contended, is_place
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID, Asked
from tests.integration.scheduling.front import words
from tests.integration.scheduling.test_booking_core import book


def open_on_mondays(opens, closes, *resources):
    """The demo clinic with little time, so that it is soon full; with these resources only, if any are named."""
    hours = (OpeningHours(1, time.fromisoformat(opens), time.fromisoformat(closes)),)
    return replace(CLINIC, hours=hours, resources=resources or CLINIC.resources)


async def refused(desk, starts_at, patient=None, **more):
    with pytest.raises(TimeRefused) as refusal:
        await book(desk, patient or await desk.patient(), starts_at, **more)
    return refusal.value


class Gone(Exception):
    """Whoever was booking went away without a word."""


@asynccontextmanager
async def somebody_booking(desk, starts_at):
    """Somebody is taking this time, with the first prescriber, and does not come to an end: a client that hangs."""
    wish = SessionWanted(CLINIC.id, await desk.patient(), CLINICIANS[0].id, starts_at, STAFF_ID)
    with suppress(Gone):
        async with desk.database.transaction() as tx:
            await book_session(tx, wish, desk.clock.now())
            yield
            raise Gone


async def test_nothing_is_offered_that_runs_into_what_is_booked_after_the_last_day_looked_at(bare_desk):
    chair = CLINIC.of_kind(ResourceKind.CHAIR)[0]
    seats = CLINIC.of_kind(ResourceKind.NURSE_SEAT)
    await bare_desk.set_up(open_on_mondays("09:00", "12:00", chair, *CLINICIANS, *seats))
    for week in (1, 2, 3):
        await book(bare_desk, await bare_desk.patient(), bare_desk.monday_at(10, weeks=week))

    # Two weeks on, looking ends at ten: from nine the chair is free until ten, which is not enough.
    refusal = await refused(bare_desk, bare_desk.monday_at(10))

    assert refusal.instead == []


async def test_a_request_is_never_put_where_it_runs_into_what_is_booked_after_the_horizon(bare_desk):
    await bare_desk.set_up(open_on_mondays("11:30", "13:45", CLINICIANS[0]))
    for _ in range(3 * 3):  # the three Mondays before
        await bare_desk.hears(Asked.new().requested())
    await bare_desk.set_up(open_on_mondays("11:30", "13:45"))
    # The horizon ends on the fourth Monday at noon, and the prescribers are taken from noon on.
    for one in CLINICIANS:
        await book(bare_desk, await bare_desk.patient(), bare_desk.monday_at(12, weeks=4), one)
    await bare_desk.set_up(open_on_mondays("11:30", "13:45", CLINICIANS[0]))

    await bare_desk.hears((late := Asked.new()).requested())

    assert (await bare_desk.consultation(late))["state"] == "waitlisted"


@pytest.mark.parametrize(
    ("weeks", "why", "offered"),
    [
        (-4, "taken", {-3}),
        (-6, "long-ago", {-4, -3}),
        (52, "taken", {50, 51}),
        (54, "far-ahead", {51, 52}),
    ],
)
async def test_what_is_offered_lies_where_staff_may_book(bare_desk, weeks, why, offered):
    await bare_desk.set_up(open_on_mondays("10:00", "11:35"))
    if why == "taken":
        await book(bare_desk, await bare_desk.patient(), bare_desk.monday_at(10, weeks=weeks))

    refusal = await refused(bare_desk, bare_desk.monday_at(10, weeks=weeks))

    assert [missing.why for missing in refusal.missing] == [why]
    assert set(refusal.instead) == {bare_desk.monday_at(10, weeks=week) for week in offered}
    for at in refusal.instead:
        await book(bare_desk, await bare_desk.patient(), at)


async def test_somebody_who_books_the_same_and_hangs_is_not_waited_for_without_end(desk):
    async with somebody_booking(desk, desk.monday_at(10)):
        refusal = await refused(desk, desk.monday_at(10))

        assert refusal.missing == []
        assert len(refusal.instead) == 3
        for at in refusal.instead:
            await book(desk, await desk.patient(), at)


async def test_whoever_is_done_by_the_time_of_the_look_costs_nobody_the_nearest_times(desk):
    at = desk.monday_at(10)
    await book(desk, await desk.patient(), at)
    wanted = Wanted(CLINIC.kind(Purpose.SESSION), await desk.patient(), clinician=CLINICIANS[0].id)

    async with desk.database.transaction() as tx:
        hurried = await refusal(tx, CLINIC, wanted, at, StaffRules(), contended=True)
        calm = await refusal(tx, CLINIC, wanted, at, StaffRules())

    assert hurried.missing
    assert hurried.instead == calm.instead
    assert any(abs(other - at) < wanted.kind.length for other in calm.instead)


async def test_a_patient_who_is_being_booked_by_somebody_who_hangs_is_offered_other_times(desk):
    patient = await desk.patient()
    async with desk.database.transaction() as tx:
        await patients.lock(tx, CLINIC.id, patient)

        refusal = await refused(desk, desk.monday_at(10), patient)

    assert len(refusal.instead) == 3


async def test_a_request_that_meets_somebody_who_hangs_is_heard_again_and_never_a_dead_letter(bare_desk):
    await bare_desk.set_up(replace(CLINIC, resources=tuple(one for one in CLINIC.resources if one != CLINICIANS[1])))
    asked = Asked.new()
    async with somebody_booking(bare_desk, bare_desk.monday_at(14, weeks=0)):
        with pytest.raises(Contended) as hung:
            await bare_desk.hears(asked.requested())
        assert is_place(hung.value)

    await bare_desk.hears(asked.requested())

    assert (await bare_desk.consultation(asked))["state"] == "booked"


async def test_staff_who_meet_somebody_who_hangs_read_other_times(front):
    asked = await front.asks()
    typed = await front.booking(asked)
    async with somebody_booking(front.desk, front.desk.monday_at(10)):
        answer = await front.send("/staff/sessions/new", typed)

    assert answer.status_code == 409
    assert words(answer.text).count("Book Mon, Jun 22") == 3


async def test_many_who_press_for_one_time_at_once_get_it_or_other_times(front):
    typed = [await front.booking(await front.asks()) for _ in range(16)]

    answers = await asyncio.gather(*(front.send("/staff/sessions/new", one) for one in typed))

    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 15
    assert all(words(one.text).count("Book Mon, Jun 22") == 3 for one in answers if one.status_code == 409)
    assert await front.desk.overlaps() == 0
