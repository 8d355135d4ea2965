"""The night on which the clock is set back: staff say which of two times they mean. Denver, November 1, 2026."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from services.scheduling.domain.opening import OpeningHours
from tests.integration.scheduling.desk import CLINIC
from tests.integration.scheduling.front import hidden, words

NIGHT_CLINIC = replace(CLINIC, hours=tuple(OpeningHours(day, time(0), time(23, 59)) for day in range(1, 8)))
EVENING_BEFORE = datetime(2026, 10, 31, 18, tzinfo=UTC)
DAY_AFTER = datetime(2026, 11, 1, 18, tzinfo=UTC)
FIRST, SECOND = "2026-11-01T01:30:00-06:00", "2026-11-01T01:30:00-07:00"


@pytest.fixture
async def night(bare_front):
    """A clinic that is open at night, on the evening before."""
    await bare_front.desk.set_up(NIGHT_CLINIC)
    bare_front.desk.clock.advance(EVENING_BEFORE - bare_front.desk.clock.now())
    await bare_front.sign_in()
    return bare_front


async def starts_at(front):
    return [
        row["starts_at"]
        for row in await front.desk.database.pool.fetch(
            "select starts_at from appointment where session_id is not null"
        )
    ]


async def test_booking_asks_which_of_the_two(night):
    typed = await night.booking(await night.asks(), date="2026-11-01", time="01:30")

    answer = await night.send("/staff/sessions/new", typed)

    assert answer.status_code == 409
    page = words(answer.text)
    assert "01:30 comes twice that night" in page
    assert "Book the first, 01:30 MDT" in page
    assert "Book the second, 01:30 MST" in page
    assert f'value="{FIRST}"' in answer.text
    assert f'value="{SECOND}"' in answer.text
    assert hidden(answer.text, "form_key") == typed["form_key"]
    assert await starts_at(night) == []


@pytest.mark.parametrize(("meant", "instant"), [(FIRST, "07:30"), (SECOND, "08:30")])
async def test_the_one_that_was_meant_is_booked(night, meant, instant):
    typed = await night.booking(await night.asks(), date="2026-11-01", time="01:30")

    answer = await night.send("/staff/sessions/new", typed | {"instead": meant})

    assert answer.status_code == 303
    assert [f"{at:%H:%M}" for at in await starts_at(night)] == [instant]


async def test_every_other_time_of_that_day_is_booked_without_a_question(night):
    for at in ("00:45", "02:00", "10:00"):
        await night.books(await night.asks(), date="2026-11-01", time=at)

    assert len(await starts_at(night)) == 3


@pytest.fixture
async def over(night):
    """A session of that night, the day after."""
    session = await night.books(await night.asks(), date="2026-11-01", time="01:30", instead=FIRST)
    night.desk.clock.advance(DAY_AFTER - night.desk.clock.now())
    night.renew()
    return session


RECORD = {"outcome": "full", "worst_severity": "none", "dose_mg": ""}
BOTH = {"started_at": "2026-11-01T01:10", "ended_at": "2026-11-01T01:50"}


async def recorded(front):
    row = await front.desk.database.pool.fetchrow("select started_at, ended_at from session")
    return [f"{row[name]:%H:%M}" for name in ("started_at", "ended_at") if row[name]]


async def test_a_record_asks_for_both_times_and_keeps_what_was_typed(night, over):
    answer = await night.send(f"{over}/record", RECORD | BOTH)

    assert answer.status_code == 422
    page = words(answer.text)
    assert "2 things to correct" in page
    assert "The first, 01:10 MDT" in page
    assert "The second, 01:50 MST" in page
    assert 'value="2026-11-01T01:10"' in answer.text
    assert await recorded(night) == []


@pytest.mark.parametrize(
    ("said", "instants"),
    [
        ({"started_which": "first", "ended_which": "first"}, ["07:10", "07:50"]),
        ({"started_which": "first", "ended_which": "second"}, ["07:10", "08:50"]),
        ({"started_which": "second"}, ["08:10", "08:50"]),
        ({"ended_which": "first"}, ["07:10", "07:50"]),
    ],
)
async def test_what_staff_say_is_what_is_kept(night, over, said, instants):
    answer = await night.send(f"{over}/record", RECORD | BOTH | said)

    assert answer.status_code == 303, words(answer.text)
    assert await recorded(night) == instants


async def test_an_end_before_its_start_cannot_be_meant(night, over):
    answer = await night.send(f"{over}/record", RECORD | BOTH | {"started_which": "second", "ended_which": "first"})

    assert answer.status_code == 422
    assert "The end must be after the start." in words(answer.text)


@pytest.mark.parametrize("which", ["third", "1", "🙂", "<script>"])
async def test_nonsense_for_an_answer_asks_again(night, over, which):
    answer = await night.send(f"{over}/record", RECORD | BOTH | {"started_which": which, "ended_which": "second"})

    assert answer.status_code == 422
    assert "Choose which of the two was the start." in words(answer.text)


async def test_nobody_is_asked_where_the_order_decides(night, over):
    answer = await night.send(
        f"{over}/record", RECORD | {"started_at": "2026-11-01T01:50", "ended_at": "2026-11-01T01:10"}
    )

    assert answer.status_code == 303
    assert await recorded(night) == ["07:50", "08:10"]


async def test_a_correction_shows_which_it_was_and_keeps_it(night, over):
    await night.send(f"{over}/record", RECORD | BOTH | {"started_which": "second"})
    page = await night.page(f"{over}/record/amendment")

    assert page.count('value="second" checked') == 2
    again = {"version": hidden(page, "version"), "because": "mistyped", "dose_mg": "30"}
    answer = await night.send(
        f"{over}/record/amendment", RECORD | BOTH | {"started_which": "second", "ended_which": "second"} | again
    )
    assert answer.status_code == 303, words(answer.text)
    assert await recorded(night) == ["08:10", "08:50"]
