"""A record that was wrong is corrected in sight of everybody, and the session stays completed once."""

import asyncio

import pytest

from tests.integration.scheduling.front import hidden, words
from tests.integration.scheduling.test_pages import GOOD, WEEK


@pytest.fixture
async def session(front):
    booked = await front.books(await front.asks())
    front.desk.clock.advance(WEEK)
    front.renew()
    await front.send(f"{booked}/record", GOOD)
    return booked


async def correction(front, session, **changed):
    """What the form sends when these fields were typed over."""
    page = await front.page(f"{session}/record/amendment")
    return GOOD | {"because": "mistyped", "version": hidden(page, "version")} | changed


async def test_the_form_shows_what_the_record_says(front, session):
    page = await front.page(f"{session}/record/amendment")

    assert 'value="2026-06-22T11:30"' in page
    assert 'value="35.5"' in page


async def test_a_correction_shows_both_with_reason_and_names(front, session):
    answer = await front.send(f"{session}/record/amendment", await correction(front, session, dose_mg="53.5"))

    assert answer.status_code == 303
    page = words(await front.page(session))
    assert page.index("53.5 mg") < page.index("What it said before") < page.index("35.5 mg")
    assert "by Rita Imura: it was mistyped" in page


async def test_a_dose_stands_as_it_was_written_down(front, session):
    await front.send(f"{session}/record/amendment", await correction(front, session, dose_mg="38.5555555"))

    assert "38.5555555 mg" in words(await front.page(session))
    assert 'value="38.5555555"' in await front.page(f"{session}/record/amendment")


async def test_every_earlier_version_stays(front, session):
    for dose in ("40", "45", "50"):
        await front.send(f"{session}/record/amendment", await correction(front, session, dose_mg=dose))

    page = words(await front.page(session))
    assert [dose for dose in ("50 mg", "45 mg", "40 mg", "35.5 mg") if dose in page] == [
        "50 mg",
        "45 mg",
        "40 mg",
        "35.5 mg",
    ]


async def test_nothing_more_is_said(front, session):
    before = await front.desk.said()
    await front.send(f"{session}/record/amendment", await correction(front, session, ended_at="2026-06-22T11:20"))

    assert await front.desk.said() == before


async def test_of_two_who_correct_at_once_the_second_is_told(front, session):
    one = await correction(front, session, dose_mg="40")
    answers = await asyncio.gather(
        front.send(f"{session}/record/amendment", one),
        front.send(f"{session}/record/amendment", one | {"dose_mg": "45"}),
    )

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert await front.desk.database.pool.fetchval("select count(*) from session_record_earlier") == 1


async def test_pressing_save_twice_corrects_once(front, session):
    sent = await correction(front, session, dose_mg="40")
    answers = [await front.send(f"{session}/record/amendment", sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert await front.desk.database.pool.fetchval("select count(*) from session_record_earlier") == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"because": ""}, "Choose why it is corrected."),
        ({"because": "boredom"}, "Choose why it is corrected."),
        ({"ended_at": "2026-06-22T09:00"}, "The end must be after the start."),
        ({"dose_mg": "1,000"}, "without a comma"),
        ({"version": "x"}, "Open the session again"),
        ({"version": "9" * 30}, "Open the session again"),
    ],
)
async def test_what_cannot_be_is_named_and_what_was_typed_is_kept(front, session, changed, sentence):
    answer = await front.send(
        f"{session}/record/amendment", await correction(front, session, **({"dose_mg": "35,7"} | changed))
    )

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert 'value="35,7"' in answer.text or "dose_mg" in changed


async def test_only_what_was_recorded_can_be_corrected(front):
    session = await front.books(await front.asks())

    assert (await front.http.get(f"{session}/record/amendment")).headers["location"] == session
    answer = await front.send(f"{session}/record/amendment", GOOD | {"because": "mistyped", "version": "1"})
    assert answer.status_code == 422  # it lies ahead
    front.desk.clock.advance(WEEK)
    front.renew()
    answer = await front.send(f"{session}/record/amendment", GOOD | {"because": "mistyped", "version": "1"})
    assert answer.status_code == 409
