"""Behind the link of an offer: the time and its deadline, yes or no, and kind words when it is over."""

import asyncio
import re
from datetime import timedelta

import pytest

from services.scheduling.domain.slot_offer import Way
from tests.english import english_in
from tests.integration.scheduling.desk import Asked
from tests.integration.scheduling.front import words
from tests.integration.scheduling.test_slot_offers import ONE_TIME, TWO_HOURS, state, waiting

NOTHING = f"/a/offer/{'x' * 43}"


@pytest.fixture
async def front(bare_front):
    await bare_front.desk.set_up(ONE_TIME)
    await bare_front.desk.asks_around()
    return bare_front


async def link(front, asked):
    """As notifications asks for it, just before the letter goes."""
    offer = await front.desk.offer_to(asked)
    answer = await front.http.post(f"/internal/offers/{offer['id']}/link", auth=front.as_service())
    assert answer.status_code == 201, answer.text
    return answer.json()["path"]


@pytest.fixture
async def offered(front):
    """Somebody who waits and is asked, somebody behind them, and the link."""
    one, other = await waiting(front.desk, 2)
    await front.desk.review()
    return one, other, await link(front, one)


async def test_it_says_the_time_and_until_when_it_is_theirs(front, offered):
    page = words(await front.page(f"{offered[2]}/en"))

    assert "Monday, June 22 8:00 AM Denver time (MDT)" in page
    assert "Yours until Monday, June 15, 2:00 PM, Denver time (MDT)" in page
    assert offered[0].reference in page


async def test_looking_changes_nothing(front, offered):
    for _ in range(10):
        await front.page(f"{offered[2]}/en")

    assert await state(front.desk, offered[0]) == "waitlisted"
    assert (await front.desk.offer_to(offered[0]))["state"] == "open"


async def test_who_says_yes_has_it(front, offered):
    one, _, path = offered
    answer = await front.send(f"{path}/en/accept", {})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/en")
    page = words(await front.page(f"{path}/en"))
    assert "The time is yours" in page
    assert "Yes, I take this time" not in page
    assert await state(front.desk, one) == "booked"


async def test_of_two_posts_that_race_both_see_the_one_booking(front, offered):
    one, _, path = offered
    await asyncio.gather(*(front.send(f"{path}/en/accept", {}) for _ in range(2)))

    assert "The time is yours" in words(await front.page(f"{path}/en"))
    assert len(await front.desk.appointments(one)) == 1


async def test_who_says_no_keeps_their_place(front, offered):
    one, other, path = offered
    await front.send(f"{path}/en/decline", {})
    await front.desk.review()

    assert "You keep your place" in words(await front.page(f"{path}/en"))
    assert await state(front.desk, one) == "waitlisted"
    assert await front.desk.offer_to(other)


async def test_who_comes_late_reads_so_kindly(front, offered):
    one, _, path = offered
    front.desk.clock.advance(TWO_HOURS)
    await front.desk.timers()
    await front.desk.review()

    await front.send(f"{path}/en/accept", {})

    page = words(await front.page(f"{path}/en", status=410))
    assert "We kept the time for you until Monday, June 15, 2:00 PM, Denver time (MDT)" in page
    assert await state(front.desk, one) == "waitlisted"


async def test_who_was_not_the_first_reads_so_kindly(front):
    await front.desk.asks_around(Way.SEVERAL, at_once=2)
    one, other = await waiting(front.desk, 2)
    await front.desk.review()
    paths = [await link(front, asked) for asked in (one, other)]
    assert "if nobody else is faster" in words(await front.page(f"{paths[0]}/en"))

    for path in paths:
        await front.send(f"{path}/en/accept", {})

    assert "Somebody else was a little faster" in words(await front.page(f"{paths[1]}/en", status=409))
    assert [await state(front.desk, asked) for asked in (one, other)] == ["booked", "waitlisted"]


async def test_a_link_opens_in_the_language_of_the_browser(front, offered):
    answer = await front.http.get(offered[2], headers={"Accept-Language": "es-MX"})

    assert answer.headers["location"] == f"{offered[2]}/es"


@pytest.mark.parametrize("then", ["open", "accept", "decline", "lapsed", "withdrawn"])
async def test_it_is_spanish_throughout(front, offered, then):
    one, _, path = offered
    if then in ("accept", "decline"):
        await front.send(f"{path}/es/{then}", {})
    elif then == "lapsed":
        front.desk.clock.advance(TWO_HOURS)
        await front.desk.timers()
    elif then == "withdrawn":
        await front.desk.hears(one.withdrawn())

    answer = await front.http.get(f"{path}/es", headers={"Accept": "text/html"})

    assert english_in(answer.text) == []


@pytest.mark.parametrize("path", [NOTHING, f"{NOTHING}/en", f"{NOTHING}/es"])
async def test_a_link_that_leads_nowhere_says_so(front, path):
    answer = await front.http.get(path, headers={"Accept": "text/html", "Accept-Language": "es"})

    assert answer.status_code == 404
    assert 'href="tel:' in answer.text
    if not path.endswith("en"):
        assert english_in(answer.text) == []


async def test_there_is_no_link_to_an_offer_that_is_over(front, offered):
    offer = await front.desk.offer_to(offered[0])
    front.desk.clock.advance(TWO_HOURS)

    answer = await front.http.post(f"/internal/offers/{offer['id']}/link", auth=front.as_service())

    assert answer.status_code == 409


async def test_only_notifications_may_have_a_link(front, offered):
    offer = await front.desk.offer_to(offered[0])

    answer = await front.http.post(f"/internal/offers/{offer['id']}/link")

    assert answer.status_code == 401


async def test_the_token_stands_nowhere_but_in_the_letter(front, offered):
    token = offered[2].rpartition("/")[2]
    rows = await front.desk.database.pool.fetch("select * from slot_offer_link")

    assert re.fullmatch(r"[\w-]{43}", token)
    assert token not in str(rows)
    assert token not in str(await front.desk.said())


class TestByJson:
    async def _asks(self, front, path, method="get", what=""):
        token = path.rpartition("/")[2]
        return await front.http.request(method, f"/api/offers/mine{what}", headers={"Chairside-Ticket": token})

    async def test_the_same_is_shown(self, front, offered):
        told = (await self._asks(front, offered[2])).json()

        assert (told["state"], told["local_start"]) == ("open", "2026-06-22T08:00:00")
        assert (told["local_answer_by"], told["zone"]) == ("2026-06-15T14:00:00", "America/Denver")

    async def test_yes(self, front, offered):
        told = (await self._asks(front, offered[2], "post", "/acceptance")).json()

        assert told["state"] == "accepted"
        assert await state(front.desk, offered[0]) == "booked"

    async def test_no(self, front, offered):
        told = (await self._asks(front, offered[2], "post", "/refusal")).json()

        assert told["state"] == "declined"

    async def test_too_late_is_a_conflict(self, front, offered):
        front.desk.clock.advance(TWO_HOURS + timedelta(seconds=1))
        await front.desk.timers()

        answer = await self._asks(front, offered[2], "post", "/acceptance")

        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "offer-is-over")

    async def test_another_token_opens_nothing(self, front, offered):
        answer = await self._asks(front, NOTHING)

        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "offer-unknown")


async def test_what_was_accepted_and_called_off_is_not_shown_as_theirs(front, offered):
    one, _, path = offered
    await front.send(f"{path}/en/accept", {})
    await front.desk.calls_off(one)

    assert "This offer is over" in words(await front.page(f"{path}/en"))


async def test_somebody_elses_link_opens_no_other_page(front, offered):
    """One purpose: it is no link to change an appointment."""
    asked = Asked.new()
    token = offered[2].rpartition("/")[2]

    assert (await front.http.get(f"/a/{token}/en")).status_code == 404
    assert asked.reference not in await front.page(f"{offered[2]}/en")
