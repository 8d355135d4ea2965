"""A patient chooses another time for their consultation, or calls it off: one appointment throughout, and all are told."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.scheduling.domain.change import (
    MOST_MOVES,
    ChangedMeanwhile,
    NothingToChange,
    PatientReason,
    TooLateToMove,
    TooManyMoves,
)
from services.scheduling.domain.refusal import TimeRefused, Why
from services.scheduling.use_cases.hold_time import NoTimesToChoose
from tests.integration.scheduling.desk import CLINIC, Asked

ONE_CLINICIAN = replace(CLINIC, resources=CLINIC.resources[:3])
MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def desk(bare_desk):
    """With one clinician, so that a time is free once."""
    await bare_desk.set_up(ONE_CLINICIAN)
    return bare_desk


async def booked(desk, starts_at):
    """Somebody who has chosen this time, and sent their request."""
    asked = Asked.new()
    hold = await desk.keeps(asked, starts_at)
    await desk.hears(asked.requested(hold_id=hold.id))
    return asked


async def test_the_appointment_stays_the_same_and_the_patient_has_another_time(desk):
    asked = await booked(desk, desk.monday_at(10))
    (before,) = await desk.appointments(asked)

    await desk.moves(asked, desk.monday_at(14))

    (after,) = await desk.appointments(asked)
    assert (after["id"], after["revision"], after["starts_at"]) == (before["id"], 2, desk.monday_at(14))
    assert after["local_start"].hour == 14
    assert desk.monday_at(10) in await desk.free_times()
    assert desk.monday_at(14) not in await desk.free_times()


async def test_it_is_said_as_the_same_appointment_with_the_next_revision(desk):
    asked = await booked(desk, desk.monday_at(10))

    await desk.moves(asked, desk.monday_at(14))

    first, second = [body for _, body in await desk.said("consultation-scheduled")]
    assert second["appointment"]["appointment_id"] == first["appointment"]["appointment_id"]
    assert (second["appointment"]["revision"], second["by"]) == (2, "patient")


@pytest.mark.parametrize("minutes", [15, 30])
async def test_also_to_a_time_that_overlaps_the_one_before(desk, minutes):
    asked = await booked(desk, desk.monday_at(10))

    await desk.moves(asked, desk.monday_at(10, minutes))

    assert (await desk.active(), await desk.overlaps()) == (1, 0)
    (after,) = await desk.appointments(asked)
    assert after["starts_at"] == desk.monday_at(10, minutes)


async def test_pressed_twice_it_is_one_move(desk):
    asked = await booked(desk, desk.monday_at(10))

    await asyncio.gather(*(desk.moves(asked, desk.monday_at(14)) for _ in range(4)))

    assert len(await desk.said("consultation-scheduled")) == 2


@pytest.mark.parametrize("taken", [(14, 0), (10, 30)])
async def test_whoever_finds_it_taken_keeps_what_they_had_and_is_offered_others(desk, taken):
    asked = await booked(desk, desk.monday_at(10))
    await booked(desk, desk.monday_at(14) if taken == (14, 0) else desk.monday_at(10, 45))

    with pytest.raises(TimeRefused) as refused:
        await desk.moves(asked, desk.monday_at(*taken))

    assert [missing.why for missing in refused.value.missing] == [Why.TAKEN]
    assert len(refused.value.instead) == 3
    assert desk.monday_at(10) not in refused.value.instead
    (after,) = await desk.appointments(asked)
    assert (after["starts_at"], after["revision"]) == (desk.monday_at(10), 1)
    assert (await desk.active(), await desk.overlaps()) == (2, 0)


async def test_of_many_who_move_to_one_time_one_has_it_and_the_others_are_offered_some_that_can_be_had(desk):
    many = [await booked(desk, desk.monday_at(9 + n, weeks=2)) for n in range(8)]

    answers = await asyncio.gather(*(desk.moves(asked, desk.monday_at(10)) for asked in many), return_exceptions=True)

    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    losers = [answer for answer in answers if isinstance(answer, TimeRefused)]
    assert len(losers) == len(many) - 1
    assert await desk.overlaps() == 0
    free = await desk.free_times()
    assert all(set(loser.instead) <= set(free) and len(loser.instead) == 3 for loser in losers)


async def test_two_who_change_places_never_both_lose_theirs(desk):
    one, other = await booked(desk, desk.monday_at(10)), await booked(desk, desk.monday_at(14))

    await asyncio.gather(
        desk.moves(one, desk.monday_at(14)), desk.moves(other, desk.monday_at(10)), return_exceptions=True
    )

    assert (await desk.active(), await desk.overlaps()) == (2, 0)


async def test_what_was_looked_at_must_still_be_so(desk):
    asked = await booked(desk, desk.monday_at(10))
    await desk.moves(asked, desk.monday_at(14))

    with pytest.raises(ChangedMeanwhile):
        await desk.moves(asked, desk.monday_at(15), seen=1)


async def test_until_the_clinics_notice_and_no_later(desk):
    asked = await booked(desk, desk.monday_at(10))
    desk.clock.advance(desk.monday_at(10) - CLINIC.change_notice - desk.clock.now())
    await desk.moves(asked, other := desk.clock.now().replace(hour=21, minute=0))
    desk.clock.advance(other - CLINIC.change_notice - desk.clock.now() + MOMENT)

    with pytest.raises(TooLateToMove):
        await desk.moves(asked, other + timedelta(days=1), seen=2)


async def test_the_notice_is_the_clinics_own(desk):
    await desk.set_up(replace(ONE_CLINICIAN, change_notice=timedelta(days=30)))
    asked = await booked(desk, desk.monday_at(10))

    with pytest.raises(TooLateToMove):
        await desk.moves(asked, desk.monday_at(14))


async def test_who_moves_again_and_again_is_helped_by_staff(desk):
    asked = await booked(desk, desk.monday_at(10))
    for n in range(MOST_MOVES):
        await desk.moves(asked, desk.monday_at(11 + n % 2), seen=n + 1)

    with pytest.raises(TooManyMoves):
        await desk.moves(asked, desk.monday_at(15), seen=MOST_MOVES + 1)


async def test_while_anybody_waits_what_is_free_is_theirs(desk):
    asked = await booked(desk, desk.monday_at(10))
    await desk.set_up(replace(ONE_CLINICIAN, resources=CLINIC.resources[:1]))
    await desk.hears(Asked.new().requested())

    with pytest.raises(NoTimesToChoose):
        await desk.moves(asked, desk.monday_at(14))


async def test_a_time_that_no_patient_may_choose_is_refused(desk):
    asked = await booked(desk, desk.monday_at(10))

    with pytest.raises(TimeRefused) as refused:
        await desk.moves(asked, desk.monday_at(10, 7))

    assert [missing.why for missing in refused.value.missing] == [Why.NO_START]


@pytest.mark.parametrize("state", ["unheard", "waits for staff", "withdrawn", "over"])
async def test_what_is_not_booked_cannot_be_moved_or_called_off(desk, state):
    asked = Asked.new()
    if state == "waits for staff":
        await desk.hears(asked.requested(disposition="await"))
    elif state == "withdrawn":
        await desk.hears(asked.requested(), asked.withdrawn())
    elif state == "over":
        asked = await booked(desk, desk.monday_at(10))
        desk.clock.advance(timedelta(days=14))

    with pytest.raises(NothingToChange):
        await desk.moves(asked, desk.clock.now() + timedelta(days=7))


async def test_a_patient_calls_off_and_says_why(desk):
    asked = await booked(desk, desk.monday_at(10))

    await desk.calls_off(asked, reason=PatientReason.UNWELL)
    await desk.calls_off(asked, reason=PatientReason.UNWELL)

    ((_, body),) = await desk.said("consultation-cancelled")
    assert (body["by"], body["appointment"]["revision"]) == ("patient", 2)
    (appointment,) = await desk.appointments(asked)
    assert (appointment["state"], appointment["cancel_reason"]) == ("cancelled", "patient-unwell")
    assert desk.monday_at(10) in await desk.free_times()


async def test_late_is_better_than_not_at_all(desk):
    asked = await booked(desk, desk.monday_at(10))
    desk.clock.advance(desk.monday_at(10) - desk.clock.now() - MOMENT)

    await desk.calls_off(asked)

    assert (await desk.consultation(asked))["state"] == "cancelled"


async def gone(desk, ten, clinic=ONE_CLINICIAN):
    """Somebody who had chosen ten o'clock, and sends the request when others have it."""
    asked = Asked.new()
    hold = await desk.keeps(asked, ten)
    desk.clock.advance(timedelta(minutes=16))
    await booked(desk, ten)
    await desk.set_up(clinic)
    await desk.hears(asked.requested(hold_id=hold.id))
    return asked


async def test_the_time_that_was_gone_is_remembered_until_they_choose_again(desk):
    asked = await gone(desk, ten := desk.monday_at(10))
    assert (await desk.consultation(asked))["instead_of"] == ten

    await desk.moves(asked, ten + timedelta(hours=1))

    assert (await desk.consultation(asked))["instead_of"] is None


async def test_who_finds_no_time_instead_is_told_so_on_the_waiting_list(desk):
    nobody = replace(ONE_CLINICIAN, resources=CLINIC.resources[:1])

    await gone(desk, ten := desk.monday_at(10), nobody)

    ((_, body),) = await desk.said("consultation-waitlisted")
    assert body["instead_of"] == ten.isoformat().replace("+00:00", "Z")
