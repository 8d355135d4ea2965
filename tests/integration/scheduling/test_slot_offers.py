"""What is free is offered to those who wait: held for the answer, and asked of the next when there is none."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.scheduling.domain.opening import Closure
from services.scheduling.domain.slot_offer import OfferIsOver, Way
from services.scheduling.use_cases.book_consultation import ConsultationWanted, book_consultation
from services.scheduling.use_cases.book_proposal import NotKept, book_kept
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from services.scheduling.use_cases.change_clinic import change_clinic, the_clinic
from services.scheduling.use_cases.offer_by_hand import offer_by_hand
from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from shared.events.values import DayPart, Urgency, Wishes
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID, Asked

ONE_TIME = replace(
    CLINIC,
    resources=(CLINICIANS[0],),
    hours=(replace(CLINIC.hours[0], weekday=1, closes=CLINIC.hours[0].opens.replace(hour=9)),),
    horizon=timedelta(days=7),
)
"""One clinician and one time in the whole horizon: next Monday at eight."""
TWO_HOURS = timedelta(hours=2)
MONDAY_22 = datetime(2026, 6, 22)


@pytest.fixture
async def desk(bare_desk):
    await bare_desk.set_up(ONE_TIME)
    await bare_desk.asks_around()
    return bare_desk


async def waiting(desk, number, *, times=1, **each):
    """So many wait, the oldest first, and whoever had the time, or so many times, gives it back."""
    booked = [Asked.new() for _ in range(times)]
    for one in booked:
        await desk.hears(one.requested())
    asked = [Asked.new() for _ in range(number)]
    for minute, one in enumerate(asked):
        await desk.hears(one.requested(**{"requested_at": f"2026-06-15T18:{minute:02}:00Z"} | each))
    for one in booked:
        await desk.hears(one.withdrawn())
    return asked


async def state(desk, asked):
    return (await desk.consultation(asked))["state"]


async def reviews_due(desk):
    return await desk.database.pool.fetchval(
        "select exists (select from waiting_list_review where due_at <= $1)", desk.clock.now()
    )


async def states(desk, asked):
    return [offer["state"] for offer in await desk.offers(asked)]


async def test_the_first_in_line_is_asked_and_the_time_is_held_for_them(desk):
    one, other = await waiting(desk, 2)

    await desk.review()

    offer = await desk.offer_to(one)
    assert (offer["starts_at"], offer["answer_by"]) == (desk.monday_at(8), desk.clock.now() + TWO_HOURS)
    assert await state(desk, one) == "waitlisted"
    assert await desk.offers(other) == []
    assert await desk.held() == 1


async def test_it_is_said_once_with_its_deadline_and_without_a_name(desk):
    one, _ = await waiting(desk, 2)

    await desk.review()

    ((_, body),) = await desk.said("slot-offered")
    assert body["patient_id"] == str(one.patient_id)
    assert body["answer_by"] == "2026-06-15T20:00:00Z"
    assert body["local_start"] == "2026-06-22T08:00:00"
    assert body["zone"] == "America/Denver"


async def test_who_accepts_has_it(desk):
    one, other = await waiting(desk, 2)
    await desk.review()

    await desk.accepts(await desk.offer_to(one))
    await desk.review()

    (appointment,) = await desk.appointments(one)
    assert (appointment["state"], appointment["starts_at"]) == ("booked", desk.monday_at(8))
    assert await state(desk, one) == "booked"
    assert await state(desk, other) == "waitlisted"
    assert await desk.said("consultation-scheduled") != []
    assert await states(desk, one) == ["accepted"]


async def test_the_history_says_when_it_was_booked(desk):
    (one,) = await waiting(desk, 1)
    await desk.review()

    await desk.accepts(await desk.offer_to(one))

    (appointment,) = await desk.appointments(one)
    assert appointment["booked_at"] == desk.clock.now()


async def test_accepting_twice_is_once(desk):
    (one,) = await waiting(desk, 1)
    await desk.review()
    offer = await desk.offer_to(one)

    first = await desk.accepts(offer)
    again = await desk.accepts(offer)

    assert first.id == again.id
    assert [body["patient_id"] for _, body in await desk.said("consultation-scheduled")].count(str(one.patient_id)) == 1


async def test_who_declines_keeps_their_place_and_the_next_is_asked(desk):
    one, other = await waiting(desk, 2)
    await desk.review()

    await desk.declines(await desk.offer_to(one))
    await desk.review()

    assert await state(desk, one) == "waitlisted"
    assert (await desk.offer_to(other))["starts_at"] == desk.monday_at(8)
    assert await states(desk, one) == ["declined"]


async def test_when_the_deadline_passes_the_next_is_asked(desk):
    one, other = await waiting(desk, 2)
    await desk.review()

    desk.clock.advance(TWO_HOURS)
    await desk.timers()
    await desk.review()

    assert await states(desk, one) == ["lapsed"]
    assert await states(desk, other) == ["open"]


async def test_when_nobody_is_left_to_ask_the_time_is_free(desk):
    one, other = await waiting(desk, 2)
    for asked in (one, other):
        await desk.review()
        await desk.declines(await desk.offer_to(asked))
    await desk.review()

    assert (await desk.held(), await desk.active()) == (0, 0)
    assert [await state(desk, asked) for asked in (one, other)] == ["waitlisted", "waitlisted"]


async def test_a_late_yes_counts_while_nobody_else_has_the_time(desk):
    (one,) = await waiting(desk, 1)
    await desk.review()
    offer = await desk.offer_to(one)

    desk.clock.advance(TWO_HOURS + timedelta(seconds=1))
    await desk.accepts(offer)

    assert await state(desk, one) == "booked"


async def test_a_late_yes_to_a_time_that_the_next_is_asked_for_takes_nothing(desk):
    one, other = await waiting(desk, 2)
    await desk.review()
    offer = await desk.offer_to(one)
    desk.clock.advance(TWO_HOURS)
    await desk.timers()
    await desk.review()

    with pytest.raises(OfferIsOver):
        await desk.accepts(offer)

    assert await state(desk, one) == "waitlisted"
    assert await states(desk, other) == ["open"]


async def test_who_withdraws_gives_the_offer_back(desk):
    one, other = await waiting(desk, 2)
    await desk.review()

    await desk.hears(one.withdrawn())
    await desk.review()

    assert await states(desk, one) == ["ended"]
    assert await states(desk, other) == ["open"]


async def test_the_urgent_get_it_without_being_asked(desk):
    one, urgent = await waiting(desk, 2)
    await desk.hears(urgent.at_risk())

    await desk.review()

    assert await state(desk, urgent) == "booked"
    assert await desk.offers() == []
    assert await state(desk, one) == "waitlisted"


async def test_the_urgent_are_asked_first_where_the_clinic_wants_that(desk):
    await desk.asks_around(book_urgent=False)
    _, urgent = await waiting(desk, 2)
    await desk.hears(urgent.at_risk())

    await desk.review()

    assert await states(desk, urgent) == ["open"]


async def test_what_begins_soon_is_booked_without_asking(desk):
    await desk.asks_around(nearer_than=timedelta(days=7))
    (one,) = await waiting(desk, 1)

    await desk.review()

    assert await state(desk, one) == "booked"
    assert await desk.offers() == []


async def test_what_could_not_be_answered_in_time_is_not_offered(desk):
    await desk.asks_around(within=timedelta(days=2), nearer_than=timedelta(0))
    (one,) = await waiting(desk, 1)
    desk.clock.advance(timedelta(days=6))

    await desk.review()

    assert await desk.offers() == []
    assert await state(desk, one) == "waitlisted"


async def test_whom_it_suits_comes_before_who_waits_a_minute_longer(desk):
    older, suited = await waiting(desk, 2, wishes=Wishes(day_parts=(DayPart.EVENING,)))
    await desk.hears(suited.requested(version=2, wishes=Wishes(day_parts=(DayPart.MORNING,))))

    await desk.review()

    assert await states(desk, suited) == ["open"]
    assert await desk.offers(older) == []


async def test_staff_answer_for_who_says_it_by_telephone(desk):
    (one,) = await waiting(desk, 1)
    await desk.review()

    await desk.accepts(await desk.offer_to(one), by=STAFF_ID)

    (offer,) = await desk.offers(one)
    assert offer["answered_by"] == STAFF_ID
    assert (await desk.said("consultation-scheduled"))[-1][1]["by"] == "staff"


async def test_whom_staff_book_at_another_time_is_asked_no_more(desk):
    one, other = await waiting(desk, 2)
    await desk.review()

    async with desk.database.transaction() as tx:
        await book_consultation(
            tx, ConsultationWanted(CLINIC.id, one.patient_id, desk.monday_at(8, weeks=2), by=STAFF_ID)
        )
    await desk.review()

    assert await state(desk, one) == "booked"
    assert await states(desk, one) == ["ended"]
    assert await states(desk, other) == ["open"]


FLOOD = Closure(MONDAY_22, MONDAY_22 + timedelta(days=1), "Flood")


async def test_a_day_that_closes_ends_the_offer_and_they_keep_their_place(desk):
    (one,) = await waiting(desk, 1)
    await desk.review()
    offer = await desk.offer_to(one)

    async with desk.database.transaction() as tx:
        seen = (await the_clinic(tx, CLINIC.id)).version
        await change_clinic(
            tx, CLINIC.id, lambda it: replace(it, closures=(FLOOD,)), what="Closures", seen=seen, by=STAFF_ID
        )

    assert (await states(desk, one), await desk.held(), await state(desk, one)) == (["ended"], 0, "waitlisted")
    with pytest.raises(OfferIsOver):
        await desk.accepts(offer)


async def test_an_offer_made_while_the_day_closed_is_ended_within_seconds(desk):
    (one,) = await waiting(desk, 1)
    await desk.review()
    await desk.set_up(replace(ONE_TIME, closures=(FLOOD,)))
    assert await states(desk, one) == ["open"]

    await desk.timers()

    assert await states(desk, one) == ["ended"]


async def test_a_yes_to_a_day_that_has_closed_books_nothing(desk):
    (one,) = await waiting(desk, 1)
    await desk.review()
    await desk.set_up(replace(ONE_TIME, closures=(FLOOD,)))

    assert await desk.accepts(await desk.offer_to(one)) is None

    assert (await states(desk, one), await desk.held(), await state(desk, one)) == (["ended"], 0, "waitlisted")


async def test_what_staff_have_offered_is_theirs_to_answer_whatever_else_becomes_free(bare_desk):
    desk = bare_desk
    await desk.set_up(ONE_TIME)
    one, other = await waiting(desk, 2)
    offer = await by_hand(desk, one)

    await desk.review()

    assert await states(desk, one) == ["open"]
    assert (await state(desk, one), await state(desk, other)) == ("waitlisted", "booked")
    assert not await reviews_due(desk)
    assert (await desk.accepts(await desk.offer_to(one))).id == offer.appointment_id


async def test_what_staff_have_offered_is_no_time_that_they_keep(bare_desk):
    await bare_desk.set_up(ONE_TIME)
    (one,) = await waiting(bare_desk, 1)
    offer = await by_hand(bare_desk, one)

    async with bare_desk.database.transaction() as tx:
        with pytest.raises(NotKept):
            await book_kept(tx, CLINIC.id, offer.appointment_id, by=STAFF_ID)


async def by_hand(desk, one):
    """Two weeks ahead."""
    async with desk.database.transaction() as tx:
        return await offer_by_hand(tx, CLINIC.id, one.request_id, desk.monday_at(8, weeks=2), by=STAFF_ID)


async def test_who_is_elsewhere_at_the_only_free_time_does_not_keep_it_from_the_next(bare_desk):
    desk = bare_desk
    await desk.set_up(ONE_TIME)
    one, other = await waiting(desk, 2)
    await has_a_session(desk, one)
    await desk.set_up(ONE_TIME)

    await desk.review()

    assert (await state(desk, one), await state(desk, other)) == ("waitlisted", "booked")


async def has_a_session(desk, one):
    """On Monday at eight, with somebody else than whoever has the consultation."""
    await desk.set_up(replace(CLINIC, horizon=timedelta(days=7)))
    wanted = SessionWanted(CLINIC.id, one.patient_id, CLINICIANS[1].id, desk.monday_at(8), STAFF_ID)
    async with desk.database.transaction() as tx:
        await book_session(tx, wanted, tx.now)


async def test_replicas_that_ask_around_at_once_ask_one(desk):
    await waiting(desk, 6)

    for _ in range(4):
        await asyncio.gather(*(review_waiting_list(desk.database) for _ in range(8)))

    assert [offer["state"] for offer in await desk.offers()] == ["open"]


class TestSeveralAtOnce:
    @pytest.fixture
    async def three(self, desk):
        """Three of four are asked."""
        await desk.asks_around(Way.SEVERAL, at_once=3)
        asked = await waiting(desk, 4)
        await desk.review()
        return asked

    async def test_so_many_are_asked_and_the_time_is_held_once(self, desk, three):
        assert [await states(desk, asked) for asked in three] == [["open"], ["open"], ["open"], []]
        assert (await desk.held(), await desk.active()) == (1, 1)

    async def test_the_first_who_accepts_has_it_and_the_others_keep_their_place(self, desk, three):
        await desk.accepts(await desk.offer_to(three[1]))

        assert [await states(desk, asked) for asked in three[:3]] == [["taken"], ["accepted"], ["taken"]]
        assert [await state(desk, asked) for asked in three[:3]] == ["waitlisted", "booked", "waitlisted"]
        (appointment,) = await desk.appointments(three[1])
        assert appointment["starts_at"] == desk.monday_at(8)

    async def test_of_all_who_accept_at_once_one_has_it(self, desk, three):
        offers = [await desk.offer_to(asked) for asked in three[:3]]

        answers = await asyncio.gather(*(desk.accepts(offer) for offer in offers), return_exceptions=True)

        assert [type(answer) for answer in answers].count(OfferIsOver) == 2
        assert sorted([await state(desk, asked) for asked in three]) == ["booked"] + 3 * ["waitlisted"]
        assert await desk.overlaps() == 0

    async def test_nobody_is_booked_beside_their_own_appointment(self, desk, three):
        offer = await desk.offer_to(three[1])
        await has_a_session(desk, three[1])

        assert await desk.accepts(offer) is None

        assert await states(desk, three[1]) == ["ended"]
        assert await state(desk, three[1]) == "waitlisted"
        assert await desk.held() == 1

    async def test_who_has_declined_is_not_kept_from_that_time(self, desk, three):
        await desk.declines(await desk.offer_to(three[0]))

        await has_a_session(desk, three[0])

        assert (await desk.accepts(await desk.offer_to(three[1]))).starts_at == desk.monday_at(8)

    async def test_it_is_held_until_the_last_has_declined(self, desk, three):
        for asked in three[:2]:
            await desk.declines(await desk.offer_to(asked))
        assert await desk.held() == 1

        await desk.declines(await desk.offer_to(three[2]))
        await desk.review()

        assert await states(desk, three[3]) == ["open"]

    async def test_who_was_too_late_is_asked_again_when_it_is_given_back(self, desk, three):
        await desk.accepts(await desk.offer_to(three[1]))

        await desk.calls_off(three[1])
        await desk.review()

        assert await states(desk, three[0]) == ["taken", "open"]

    async def test_who_was_too_late_is_looked_at_again_at_once(self, desk, three):
        before = await reviews_due(desk)

        await desk.accepts(await desk.offer_to(three[1]))

        assert (before, await reviews_due(desk)) == (False, True)

    async def test_who_declines_a_time_that_others_may_take_is_looked_at_again_at_once(self, desk, three):
        before = await reviews_due(desk)

        await desk.declines(await desk.offer_to(three[0]))

        assert (before, await reviews_due(desk)) == (False, True)

    async def test_when_one_who_shares_a_time_withdraws_the_list_is_looked_at_again_at_once(self, desk, three):
        before = await reviews_due(desk)

        await desk.hears(three[0].withdrawn())

        assert (before, await reviews_due(desk)) == (False, True)


class TestSeveralAtOnceWithTimesForMany:
    """Next Monday at eight, and on the Mondays after it."""

    async def those_who_wait(self, desk, number, *, times):
        await desk.set_up(replace(ONE_TIME, horizon=timedelta(days=7 * times)))
        await desk.asks_around(Way.SEVERAL, at_once=3)
        asked = await waiting(desk, number, times=times)
        await desk.review()
        return asked

    async def asked_for(self, desk, asked):
        return [(await desk.offer_to(one))["starts_at"] for one in asked]

    async def test_each_is_asked_for_another_time(self, desk):
        asked = await self.those_who_wait(desk, 3, times=3)

        assert await self.asked_for(desk, asked) == [desk.monday_at(8, weeks=week) for week in (1, 2, 3)]

    async def test_only_those_who_are_too_many_share_a_time(self, desk):
        asked = await self.those_who_wait(desk, 3, times=2)

        assert await self.asked_for(desk, asked) == [desk.monday_at(8, weeks=week) for week in (1, 1, 2)]

    async def test_who_declines_is_asked_for_the_next_while_others_may_still_take_it(self, desk):
        asked = await self.those_who_wait(desk, 3, times=2)
        await desk.declines(await desk.offer_to(asked[2]))
        await desk.declines(await desk.offer_to(asked[0]))

        await desk.review()

        assert await self.asked_for(desk, asked[:2]) == [desk.monday_at(8, weeks=week) for week in (2, 1)]

    async def test_who_was_too_late_is_asked_for_the_next(self, desk):
        asked = await self.those_who_wait(desk, 3, times=2)
        await desk.declines(await desk.offer_to(asked[2]))
        await desk.accepts(await desk.offer_to(asked[0]))

        await desk.review()

        assert await self.asked_for(desk, asked[1:2]) == [desk.monday_at(8, weeks=2)]


class TestTwoCliniciansAtOneTime:
    """Both are free next Monday at eight."""

    @pytest.mark.parametrize("way", [Way.ONE_BY_ONE, Way.SEVERAL])
    async def test_two_are_asked_each_for_themselves(self, desk, way):
        await desk.set_up(replace(ONE_TIME, resources=CLINICIANS[:2]))
        await desk.asks_around(way)
        asked = await waiting(desk, 2, times=2)

        await desk.review()

        offers = [await desk.offer_to(one) for one in asked]
        assert [offer["starts_at"] for offer in offers] == 2 * [desk.monday_at(8)]
        assert [offer["shared"] for offer in offers] == [False, False]
        assert await desk.held() == 2

    async def test_the_third_shares_with_the_first(self, desk):
        await desk.set_up(replace(ONE_TIME, resources=CLINICIANS[:2]))
        await desk.asks_around(Way.SEVERAL)
        asked = await waiting(desk, 3, times=2)

        await desk.review()

        assert [(await desk.offer_to(one))["shared"] for one in asked] == [True, True, False]


async def test_a_day_that_comes_into_reach_is_offered_within_a_minute(desk):
    (one,) = await waiting(desk, 1)
    await desk.review()
    await desk.declines(await desk.offer_to(one))
    await desk.review()
    next_monday = desk.monday_at(8, weeks=2) + timedelta(minutes=45)

    desk.clock.advance(next_monday - timedelta(days=7) - desk.clock.now() - timedelta(seconds=1))
    await desk.review()
    before = await states(desk, one)
    desk.clock.advance(timedelta(minutes=1))
    await desk.review()

    assert (before, await states(desk, one)) == (["declined"], ["declined", "open"])


async def test_by_default_the_first_in_line_gets_it(bare_desk):
    await bare_desk.set_up(ONE_TIME)
    one, _ = await waiting(bare_desk, 2, urgency=Urgency.SOON)

    await bare_desk.review()

    assert await state(bare_desk, one) == "booked"
    assert await bare_desk.offers() == []
