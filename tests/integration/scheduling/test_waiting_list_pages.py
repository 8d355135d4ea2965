"""The waiting list as staff see it: the order, who is asked, a time offered by hand, somebody taken off."""

import re
from datetime import timedelta

import pytest

from services.scheduling.domain.slot_offer import Way
from services.scheduling.pages.waiting_words import ANSWERS, URGENCIES
from shared.events.staff import Role
from shared.events.values import DayPart, Urgency, Weekday, Wishes
from shared.web.icons import icon_names
from tests.integration.scheduling.desk import STAFF_ID, Asked
from tests.integration.scheduling.front import words
from tests.integration.scheduling.test_slot_offers import ONE_TIME, TWO_HOURS, state, states

LIST = "/staff/waiting-list"


@pytest.fixture
async def front(bare_front):
    await bare_front.desk.set_up(ONE_TIME)
    await bare_front.desk.asks_around()
    await bare_front.sign_in()
    return bare_front


@pytest.fixture
async def administrator(bare_front):
    await bare_front.desk.set_up(ONE_TIME)
    await bare_front.desk.asks_around()
    await bare_front.sign_in(Role.ADMINISTRATOR)
    return bare_front


@pytest.fixture
async def three(front):
    """Three who wait, the last of them urgent; the one time is somebody else's until they give it back."""
    first = Asked.new()
    await front.desk.hears(first.requested())
    later = {"requested_at": "2026-06-15T17:59:30Z"}
    ines = await front.asks("Ines Marchetti", wishes=Wishes(weekdays=(Weekday.MONDAY,), day_parts=(DayPart.MORNING,)))
    omar = await front.asks("Omar Haddad", **later)
    wren = await front.asks("Wren Adeyemi", urgency=Urgency.URGENT, **later)
    return first, ines, omar, wren


async def test_the_more_urgent_stand_first_and_each_says_since_when_and_what_they_wish(front, three):
    page = await front.page(LIST)

    assert re.findall(r"Wren|Ines|Omar", words(page)) == ["Wren", "Ines", "Omar"]
    assert "Urgent" in words(page)
    assert "Wishes: Mondays, mornings" in words(page)
    assert "offered, one after another, for 2 hours of daytime" in words(page)


async def test_who_is_asked_and_until_when(front, three):
    await front.desk.hears(three[0].withdrawn(), three[3].withdrawn())
    await front.desk.review()

    page = words(await front.page(LIST))

    assert "Offered: Mon, Jun 22, 08:00 Answer until Mon, Jun 15, 14:00" in words(page)
    assert "Says yes : Ines Marchetti" in page


async def test_on_the_board_a_time_that_is_offered_says_so_and_not_to_whom(front, three):
    await front.desk.hears(three[0].withdrawn(), three[3].withdrawn())
    await front.desk.review()

    board = words(await front.page("/staff/board?day=2026-06-22"))

    assert "Somebody who waits" in board
    assert "Offered until 14:00" in board


async def test_staff_write_down_what_is_said_on_the_telephone(front, three):
    await front.desk.hears(three[0].withdrawn(), three[3].withdrawn())
    await front.desk.review()
    offer = await front.desk.offer_to(three[1])

    answer = await front.send(f"{LIST}/offers/{offer['id']}/yes", {})

    assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    assert await state(front.desk, three[1]) == "booked"
    (offer,) = await front.desk.offers(three[1])
    assert offer["answered_by"] == STAFF_ID
    assert "Said yes" in words(await front.page(LIST))


async def test_an_answer_to_an_offer_that_is_over_says_so(front, three):
    await front.desk.hears(three[0].withdrawn(), three[3].withdrawn())
    await front.desk.review()
    offer = await front.desk.offer_to(three[1])
    front.desk.clock.advance(TWO_HOURS)
    await front.desk.timers()
    front.renew()

    answer = await front.send(f"{LIST}/offers/{offer['id']}/yes", {})

    assert answer.status_code == 409
    assert "not offered any more" in words(answer.text)


class TestByHand:
    async def test_a_time_is_offered_out_of_turn_and_on_record(self, front, three):
        await front.desk.hears(three[0].withdrawn())

        answer = await front.send(f"{LIST}/{three[2].request_id}/offer", {"date": "2026-06-22", "time": "08:00"})

        assert answer.status_code == 303, words(answer.text)
        offer = await front.desk.offer_to(three[2])
        assert (offer["offered_by"], offer["starts_at"]) == (STAFF_ID, front.desk.monday_at(8))
        assert len(await front.desk.said("slot-offered")) == 1
        assert "Offered by Rita Imura" in words(await front.page(f"{LIST}/{three[2].request_id}"))

    async def test_of_a_time_that_comes_twice_staff_say_which(self, front, three):
        typed = {"date": "2026-11-01", "time": "01:30"}

        answer = await front.send(f"{LIST}/{three[2].request_id}/offer", typed)

        assert answer.status_code == 409
        assert "Offer the first, 01:30 MDT" in words(answer.text)
        assert "Offer the second, 01:30 MST" in words(answer.text)
        assert await front.desk.offers() == []

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"date": "2026-06-22", "time": "08:00"}, "is taken"),
            ({"date": "2026-06-23", "time": "08:00"}, "not open"),
            ({"date": "2026-06-15", "time": "13:00"}, "Call them"),
            ({"date": "", "time": "08:00"}, "Date"),
            ({"date": "soon", "time": "8"}, "Write a date"),
        ],
    )
    async def test_what_cannot_be_offered_says_why(self, front, three, typed, said):
        answer = await front.send(f"{LIST}/{three[2].request_id}/offer", typed)

        assert answer.status_code in (409, 422)
        assert said in words(answer.text)
        assert await front.desk.offers() == []

    async def test_who_is_asked_already_is_not_asked_for_another(self, front, three):
        await front.desk.hears(three[0].withdrawn(), three[3].withdrawn())
        await front.desk.review()

        answer = await front.send(f"{LIST}/{three[1].request_id}/offer", {"date": "2026-06-29", "time": "08:00"})

        assert answer.status_code == 422
        assert await states(front.desk, three[1]) == ["open"]


class TestLeaving:
    async def test_they_leave_with_a_reason_and_what_they_were_asked_ends(self, front, three):
        await front.desk.hears(three[0].withdrawn(), three[3].withdrawn())
        await front.desk.review()

        await front.send(f"{LIST}/{three[1].request_id}/leave", {"reason": "seen-elsewhere"})
        await front.desk.review()

        assert await state(front.desk, three[1]) == "cancelled"
        assert await states(front.desk, three[1]) == ["ended"]
        assert await states(front.desk, three[2]) == ["open"]
        (row,) = await front.desk.database.pool.fetch("select reason, removed_by from left_waiting_list")
        assert tuple(row) == ("seen-elsewhere", STAFF_ID)
        assert (await front.desk.said("consultation-cancelled"))[-1][1]["by"] == "staff"

    async def test_without_a_reason_they_stay(self, front, three):
        answer = await front.send(f"{LIST}/{three[1].request_id}/leave", {})

        assert answer.status_code == 422
        assert await state(front.desk, three[1]) == "waitlisted"

    async def test_twice_is_once(self, front, three):
        for _ in range(2):
            answer = await front.send(f"{LIST}/{three[1].request_id}/leave", {"reason": "not-reached"})

        assert answer.status_code == 404
        assert await state(front.desk, three[1]) == "cancelled"


class TestTheWay:
    async def test_an_administrator_chooses_and_it_counts_from_now_on(self, administrator):
        first, *others = [Asked.new() for _ in range(3)]
        await administrator.desk.hears(*(asked.requested() for asked in (first, *others)))
        typed = {"way": "several", "hours": "1.5", "at_once": "2", "nearer_than": "0"}

        answer = await administrator.send(f"{LIST}/way", typed)
        await administrator.desk.hears(first.withdrawn())
        await administrator.desk.review()

        assert answer.status_code == 303, words(answer.text)
        assert "2 at once, for 1.5 hours of daytime" in words(await administrator.page(LIST))
        for asked in others:
            offer = await administrator.desk.offer_to(asked)
            assert offer["answer_by"] - offer["offered_at"] == timedelta(minutes=90)

    async def test_what_was_chosen_is_shown_again(self, administrator):
        await administrator.desk.asks_around(Way.SEVERAL, at_once=4)

        page = await administrator.page(f"{LIST}/way")

        assert re.search(r'value="several"[^>]* checked', page)
        assert re.search(r'name="at_once"[^>]* value="4"', page)

    async def test_what_cannot_be_meant_is_named_beside_its_field(self, administrator):
        typed = {"way": "", "hours": "900", "at_once": "2", "nearer_than": "0"}

        answer = await administrator.send(f"{LIST}/way", typed)

        assert answer.status_code == 422
        assert "Choose what happens" in words(answer.text)
        assert 'value="900"' in answer.text

    async def test_others_may_not(self, front):
        assert (await front.http.get(f"{LIST}/way")).status_code == 403


async def test_nobody_waits(front):
    assert "Nobody waits" in words(await front.page(LIST))


async def test_of_another_clinics_request_nothing_is_known(front):
    assert (await front.http.get(f"{LIST}/{Asked.new().request_id}")).status_code == 404


@pytest.mark.parametrize("chip", [*ANSWERS.values(), *((text, kind, "") for text, kind in URGENCIES.values())])
def test_every_chip_has_a_picture_that_there_is(chip):
    assert not chip[2] or chip[2] in icon_names()


async def test_what_was_answered_stands_on_the_list_and_behind_the_name(front, three):
    await front.desk.hears(three[0].withdrawn(), three[3].withdrawn())
    await front.desk.review()
    await front.desk.declines(await front.desk.offer_to(three[1]))

    assert "Said no" in words(await front.page(LIST))
    assert "Said no" in words(await front.page(f"{LIST}/{three[1].request_id}"))
