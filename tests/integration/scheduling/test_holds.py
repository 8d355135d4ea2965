"""A time is kept for somebody who is still asking: for a while, for them alone, and not for whoever hoards."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.proposal import Proposal
from services.scheduling.domain.refusal import TimeRefused, Why
from services.scheduling.use_cases.hold_time import NoTimesToChoose, RequestIsSent, TooManyHolds
from services.scheduling.use_cases.keep_for_staff import keep_for_staff
from services.scheduling.use_cases.let_holds_lapse import forget_holds, tidy_holds
from shared.events.values import Disposition
from tests.conftest import NOON
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, HOLD_RULES, STAFF_ID, Asked

LENGTH = HOLD_RULES.length
MOMENT = timedelta(microseconds=1)
ONE_CLINICIAN = replace(CLINIC, resources=CLINIC.resources[:3])
FAMILY = b"f" * 32


def monday(hours, minutes=0, *, weeks=1):
    """On Monday, June 22, 2026 (or weeks later) by the clinic's clock, whatever time it is now."""
    return NOON + timedelta(weeks=weeks, hours=hours - 12, minutes=minutes)


@pytest.fixture
async def desk(bare_desk):
    """With one clinician, so that a time is free once."""
    await bare_desk.set_up(ONE_CLINICIAN)
    return bare_desk


async def test_a_kept_time_is_nobody_elses(desk):
    hold = await desk.keeps(Asked.new(), monday(10))

    assert hold.kept_until == desk.clock.now() + LENGTH
    assert monday(10) not in await desk.free_times()
    with pytest.raises(TimeRefused) as refused:
        await desk.keeps(Asked.new(), monday(10))
    assert [missing.why for missing in refused.value.missing] == [Why.TAKEN]
    assert len(refused.value.instead) == 3


async def test_the_same_time_again_changes_nothing(desk):
    asked = Asked.new()
    first = await desk.keeps(asked, monday(10))
    desk.clock.advance(timedelta(minutes=5))

    assert await desk.keeps(asked, monday(10)) == first
    assert await desk.held() == 1


async def test_another_time_takes_its_place(desk):
    asked = Asked.new()
    first = await desk.keeps(asked, monday(10))

    moved = await desk.keeps(asked, monday(14))

    assert moved.id == first.id
    assert await desk.held() == 1
    assert monday(10) in await desk.free_times()


async def test_also_one_that_overlaps_it(desk):
    asked = Asked.new()
    await desk.keeps(asked, monday(10))

    assert (await desk.keeps(asked, monday(10, 15))).starts_at == monday(10, 15)
    assert await desk.held() == 1


@pytest.mark.parametrize("taken", [(14, 0), (10, 30)])
async def test_who_cannot_have_another_keeps_the_one_they_had(desk, taken):
    asked = Asked.new()
    first = await desk.keeps(asked, monday(10))
    await desk.keeps(Asked.new(), monday(14))
    await desk.keeps(Asked.new(), monday(10, 45))

    with pytest.raises(TimeRefused):
        await desk.keeps(asked, monday(*taken))

    assert await desk.keeps(asked, monday(10)) == first


async def test_what_is_given_back_is_free_at_once(desk):
    asked = Asked.new()
    await desk.keeps(asked, monday(10))

    await desk.gives_back(asked)
    await desk.gives_back(asked)

    assert await desk.active() == 0
    assert await desk.keeps(Asked.new(), monday(10))


async def test_a_hold_ends_by_itself(desk):
    await desk.keeps(Asked.new(), monday(10))
    desk.clock.advance(LENGTH - MOMENT)
    assert monday(10) not in await desk.free_times()

    desk.clock.advance(MOMENT)

    assert monday(10) in await desk.free_times()
    assert await desk.keeps(Asked.new(), monday(10))
    assert await desk.active() == 1


async def test_a_request_is_booked_where_a_hold_is_over(desk):
    await desk.keeps(Asked.new(), (await desk.free_times())[0])
    desk.clock.advance(LENGTH)
    best = (await desk.free_times())[0]
    asked = Asked.new()

    await desk.hears(asked.requested())

    (appointment,) = await desk.appointments(asked)
    assert appointment["starts_at"] == best
    assert await desk.overlaps() == 0


async def test_the_timer_only_tidies(desk):
    for hour in (10, 11):
        await desk.keeps(Asked.new(), monday(hour))
    desk.clock.advance(LENGTH)

    assert await tidy_holds(desk.database) == 2
    assert await tidy_holds(desk.database) == 0
    assert (await desk.held(), await desk.active()) == (0, 0)


async def test_what_the_request_says_is_booked_where_it_is_kept(desk):
    asked = Asked.new()
    hold = await desk.keeps(asked, monday(10))

    await desk.hears(asked.requested(hold_id=hold.id))

    (appointment,) = await desk.appointments(asked)
    assert (appointment["id"], appointment["state"]) == (hold.appointment_id, "booked")
    assert (appointment["starts_at"], appointment["revision"]) == (monday(10), 1)
    ((topic, said),) = await desk.said()
    assert topic == "consultation-scheduled"
    assert said["appointment"]["appointment_id"] == str(hold.appointment_id)
    assert said["instead_of"] is None
    assert await desk.active() == 1


async def test_also_when_the_news_comes_after_its_end(desk):
    asked = Asked.new()
    hold = await desk.keeps(asked, monday(10))
    desk.clock.advance(LENGTH * 4)

    await desk.hears(asked.requested(hold_id=hold.id))

    assert [row["starts_at"] for row in await desk.appointments(asked)] == [monday(10)]


async def test_or_after_its_end_was_noted(desk):
    asked = Asked.new()
    hold = await desk.keeps(asked, monday(10))
    desk.clock.advance(LENGTH)
    await tidy_holds(desk.database)

    await desk.hears(asked.requested(hold_id=hold.id))

    assert [row["starts_at"] for row in await desk.appointments(asked)] == [monday(10)]
    assert (await desk.said())[0][1]["instead_of"] is None


async def test_who_comes_too_late_gets_the_best_time_and_is_told_which_one_is_gone(desk):
    asked, other = Asked.new(), Asked.new()
    hold = await desk.keeps(asked, monday(10))
    desk.clock.advance(LENGTH)
    await desk.keeps(other, monday(10))

    await desk.hears(asked.requested(hold_id=hold.id))

    (said,) = [said for _, said in await desk.said()]
    assert said["instead_of"] == monday(10).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (await desk.consultation(asked))["state"] == "booked"
    assert await desk.held() == 1


async def test_what_staff_accept_later_is_booked_there_too(desk):
    asked = Asked.new()
    hold = await desk.keeps(asked, monday(10))
    await desk.hears(asked.requested(hold_id=hold.id, disposition=Disposition.AWAIT))
    desk.clock.advance(timedelta(hours=3))
    await tidy_holds(desk.database)

    await desk.hears(asked.cleared(hold_id=hold.id))

    assert [row["starts_at"] for row in await desk.appointments(asked)] == [monday(10)]


async def test_a_hold_of_another_request_is_not_taken(desk):
    somebody, asked = Asked.new(), Asked.new()
    hold = await desk.keeps(somebody, monday(10))

    await desk.hears(asked.requested(hold_id=hold.id))

    (appointment,) = await desk.appointments(asked)
    assert appointment["starts_at"] != monday(10)
    assert await desk.held() == 1


async def test_what_a_request_does_not_name_is_given_back(desk):
    asked = Asked.new()
    await desk.keeps(asked, monday(10))

    await desk.hears(asked.requested())

    assert [row["starts_at"] for row in await desk.appointments(asked)] != [monday(10)]
    assert await desk.held() == 0
    assert await desk.active() == 1


@pytest.mark.parametrize("ended", ["withdrawn", "declined"])
async def test_the_hold_of_a_withdrawn_request_is_given_back(desk, ended):
    asked = Asked.new()
    hold = await desk.keeps(asked, monday(10))

    await desk.hears(getattr(asked, ended)(hold_id=hold.id), asked.requested(hold_id=hold.id))

    assert await desk.active() == 0
    assert (await desk.consultation(asked))["state"] == "cancelled"


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("later", [timedelta(0), LENGTH * 2], ids=["kept", "over"])
async def test_every_order_of_what_is_said_of_a_request_ends_the_same(desk, order, later):
    """Each is said twice. What was withdrawn has no time, whatever came first."""
    asked = Asked.new()
    hold = await desk.keeps(asked, monday(10))
    desk.clock.advance(later)
    said = [
        asked.requested(hold_id=hold.id, disposition=Disposition.AWAIT),
        asked.cleared(hold_id=hold.id, version=2),
        asked.withdrawn(hold_id=hold.id, version=3),
    ]

    await desk.hears(*(said[n] for n in order for _ in range(2)))

    assert (await desk.consultation(asked))["state"] == "cancelled"
    assert (await desk.active(), await desk.held()) == (0, 0)


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
async def test_and_what_was_accepted_has_the_chosen_one(desk, order):
    asked = Asked.new()
    hold = await desk.keeps(asked, monday(10))
    said = [
        asked.requested(hold_id=hold.id, disposition=Disposition.AWAIT),
        asked.cleared(hold_id=hold.id, version=2),
    ]

    await desk.hears(*(said[n] for n in order for _ in range(2)))

    assert [(row["id"], row["state"]) for row in await desk.appointments(asked)] == [(hold.appointment_id, "booked")]
    assert await desk.active() == 1


async def test_nothing_is_kept_for_a_request_that_was_sent(desk):
    asked = Asked.new()
    await desk.hears(asked.withdrawn())

    with pytest.raises(RequestIsSent):
        await desk.keeps(asked, monday(10))


async def test_what_is_free_while_others_wait_is_theirs(desk):
    waiting = Asked.new()
    await desk.set_up(replace(ONE_CLINICIAN, hours=()))
    await desk.hears(waiting.requested())
    await desk.set_up(ONE_CLINICIAN)

    with pytest.raises(NoTimesToChoose):
        await desk.free_times()
    with pytest.raises(NoTimesToChoose):
        await desk.keeps(Asked.new(), monday(10))


async def test_and_so_is_a_time_whose_hold_is_over(desk):
    await desk.set_up(replace(ONE_CLINICIAN, horizon=timedelta(days=1)))
    for at in await desk.free_times():
        try:
            await desk.keeps(Asked.new(), at)
        except TimeRefused:
            continue
    waiting = Asked.new()
    await desk.hears(waiting.requested())
    await desk.review()
    assert (await desk.consultation(waiting))["state"] == "waitlisted"
    desk.clock.advance(LENGTH)

    await tidy_holds(desk.database)
    await desk.review()

    assert (await desk.consultation(waiting))["state"] == "booked"


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ((6, 0), {Why.CLOSED}),
        ((10, 5), {Why.NO_START}),
        ((16, 45), {Why.CLOSED}),
    ],
)
async def test_a_time_that_nobody_is_offered_cannot_be_kept(desk, at, why):
    with pytest.raises(TimeRefused) as refused:
        await desk.keeps(Asked.new(), monday(*at))

    assert {missing.why for missing in refused.value.missing} == why
    assert await desk.held() == 0


async def test_nor_one_within_the_clinics_notice_or_beyond_what_it_plans(desk):
    for at, why in (
        (desk.clock.now() + timedelta(hours=1), Why.SHORT_NOTICE),
        (monday(10, weeks=5), Why.FAR_AHEAD),
    ):
        with pytest.raises(TimeRefused) as refused:
            await desk.keeps(Asked.new(), at)
        assert [missing.why for missing in refused.value.missing] == [why]


# Who hoards ----------------------------------------------------------------------------------------------------------


async def script(desk, times, *, asked=None, **who):
    """Asks for one time after another, each for a request of its own unless one is named; how many it was given."""
    given = 0
    for at in times:
        try:
            await desk.keeps(asked or Asked.new(), at, **who)
        except (TooManyHolds, TimeRefused):
            continue
        given += 1
    return given


async def test_one_contact_has_no_more_kept_than_a_family_needs(desk):
    times = await desk.free_times()

    assert await script(desk, times[::3], contact=FAMILY) == HOLD_RULES.at_once
    assert await desk.held() == HOLD_RULES.at_once


async def test_nor_keeps_them_by_taking_them_again(desk):
    """Whoever comes back each time the hold is over has the time for three hours a day and no longer."""
    given = 0
    for _ in range(60):
        given += await script(desk, [monday(10)], contact=FAMILY)
        desk.clock.advance(LENGTH)

    assert given == HOLD_RULES.in_window


async def test_nor_by_moving_to_and_fro(desk):
    asked = Asked.new()
    for _ in range(10):
        await script(desk, [monday(10), monday(14)], asked=asked, contact=FAMILY)

    assert await desk.database.pool.fetchval("select count(*) from hold_taken") == HOLD_RULES.in_window
    assert await desk.held() == 1


async def test_who_raced_is_counted_too(desk):
    times = (await desk.free_times())[:48:3]
    given = await asyncio.gather(*(script(desk, [at], contact=FAMILY) for at in times))

    assert sum(given) == HOLD_RULES.at_once


async def test_tomorrow_is_another_day(desk):
    once = replace(HOLD_RULES, at_once=1, in_window=1)
    await desk.keeps(Asked.new(), monday(10), contact=FAMILY, rules=once)
    desk.clock.advance(timedelta(days=1) - MOMENT)
    with pytest.raises(TooManyHolds):
        await desk.keeps(Asked.new(), monday(10), contact=FAMILY, rules=once)

    desk.clock.advance(MOMENT)

    assert await desk.keeps(Asked.new(), monday(10), contact=FAMILY, rules=once)


async def test_what_counts_no_more_is_forgotten(desk):
    asked = Asked.new()
    await desk.keeps(asked, monday(10))
    desk.clock.advance(timedelta(weeks=2))
    await tidy_holds(desk.database)

    assert await forget_holds(desk.database) == 2
    assert await desk.database.pool.fetchval("select count(*) from hold") == 0


class TestKeptByStaff:
    """What staff, or a program of theirs, keep for a patient."""

    @pytest.fixture
    async def desk(self, bare_desk):
        await bare_desk.set_up()
        return bare_desk

    @pytest.fixture
    async def wish(self, desk):
        return Proposal(Purpose.SESSION, desk.monday_at(10), await desk.patient(), CLINICIANS[0].id)

    async def keeps(self, desk, wish):
        async with desk.database.transaction() as tx:
            return await keep_for_staff(tx, CLINIC.id, wish.patient_id, wish, by=STAFF_ID, length=timedelta(minutes=15))

    async def test_the_same_is_kept_once(self, desk, wish):
        assert (await self.keeps(desk, wish)).id == (await self.keeps(desk, wish)).id
        assert await desk.held() == 1

    async def test_with_somebody_else_takes_the_place_of_the_one_before(self, desk, wish):
        await self.keeps(desk, wish)

        kept = await self.keeps(desk, replace(wish, clinician=CLINICIANS[1].id))

        assert kept.clinician_id == CLINICIANS[1].staff_id
        assert await desk.held() == 1

    async def test_many_at_once_keep_no_more_than_can_be(self, desk, monkeypatch):
        monkeypatch.setattr("services.scheduling.use_cases.keep_for_staff.MOST_AT_ONCE", 1)
        wishes = [
            Proposal(Purpose.CONSULTATION, desk.monday_at(9 + n), await desk.patient(), CLINICIANS[0].id)
            for n in range(4)
        ]

        done = await asyncio.gather(*(self.keeps(desk, wish) for wish in wishes), return_exceptions=True)

        assert sum(isinstance(one, TooManyHolds) for one in done) == 3
        assert await desk.held() == 1
