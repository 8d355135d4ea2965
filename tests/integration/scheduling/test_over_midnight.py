"""A clinic that is open until midnight, and on from there: hours as typed, kept and shown, and appointments over midnight."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from services.scheduling.domain.clinic import ResourceKind
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.presence import Shift
from services.scheduling.domain.wall_clock import whole_day
from services.scheduling.store import week_load
from shared.events.staff import Role
from tests.integration.scheduling.desk import CLINIC
from tests.integration.scheduling.front import VOSS, words
from tests.integration.scheduling.test_clinic_pages import PAGE, change, look, stored, typed

MIDNIGHT = time(0)
HOURS = (OpeningHours(1, time(20), MIDNIGHT), OpeningHours(2, MIDNIGHT, time(4)), OpeningHours(2, time(20), MIDNIGHT))
THAT_NIGHT = {"from": "2026-06-22T12:00:00Z", "until": "2026-06-23T12:00:00Z", "most": 50}
LATE = "2026-06-22T23:45:00-06:00"


@pytest.fixture
async def office(bare_front):
    """An administrator who also works at the front desk."""
    await bare_front.desk.set_up()
    await bare_front.sign_in(Role.FRONT_DESK, Role.ADMINISTRATOR)
    return bare_front


@pytest.fixture
async def night(bare_front):
    """A clinic that is open on Monday evening and on through the night."""
    await bare_front.desk.set_up(replace(CLINIC, hours=HOURS))
    await bare_front.sign_in()
    return bare_front


@pytest.mark.parametrize("midnight", ["24:00", "00:00", "0:00"])
async def test_hours_that_are_typed_until_midnight_count_and_are_shown_so(office, midnight):
    hours = {"day-1": f"08:00-12:00, 20:00-{midnight}", "day-2": f"00:00 to {midnight}"}

    preview = await look(office, "hours", hours)
    assert "Monday: 08:00 to 12:00, 20:00 to 24:00 instead of 08:00 to 17:00." in words(preview.text)
    assert "Tuesday: 00:00 to 24:00 instead of 08:00 to 17:00." in words(preview.text)
    await change(office, "hours", hours)

    assert (await stored(office)).hours[:3] == (
        OpeningHours(1, time(8), time(12)),
        OpeningHours(1, time(20), MIDNIGHT),
        OpeningHours(2, MIDNIGHT, MIDNIGHT),
    )
    assert "Monday 08:00 to 12:00, 20:00 to 24:00 Tuesday 00:00 to 24:00" in words(await office.page(PAGE))
    assert "Tuesday: 00:00 to 24:00 instead of" in words(await office.page(f"{PAGE}/history"))
    form = typed(await office.page(f"{PAGE}/hours"))
    assert (form["day-1"], form["day-2"]) == ("08:00 to 12:00, 20:00 to 24:00", "00:00 to 24:00")


async def test_a_roster_lasts_until_midnight_too(office):
    await change(office, "roster", {"day-1": "20:00-24:00", "day-2": "00:00-04:00"}, f"?of={VOSS.person}&period=new")

    assert (await stored(office)).shifts == (
        Shift(VOSS.person, 1, time(20), MIDNIGHT),
        Shift(VOSS.person, 2, MIDNIGHT, time(4)),
    )
    assert "Mon 20:00 to 24:00; Tue 00:00 to 04:00" in words(await office.page(PAGE))


@pytest.mark.parametrize("hours", ["24:00-08:00", "20:00-24:01", "20:00-24:00, 22:00-24:00", "24:00-24:00"])
async def test_nothing_begins_at_24_and_nothing_lasts_longer(office, hours):
    assert (await look(office, "hours", {"day-1": hours})).status_code == 422


async def test_a_session_is_booked_over_midnight_where_the_clinic_is_open_on_both_sides(night):
    assert await night.books(await night.asks(), date="2026-06-22", time="23:30")

    refused = await night.send(
        "/staff/sessions/new", await night.booking(await night.asks(), date="2026-06-23", time="23:30")
    )
    assert refused.status_code == 409
    assert "The clinic is not open for the whole of" in words(refused.text)


async def test_whoever_goes_home_at_midnight_is_booked_until_then_only(night):
    there = tuple(Shift(one.person, 1, time(20), MIDNIGHT) for one in CLINIC.resources if one.staff_id)
    await night.desk.set_up(replace(CLINIC, hours=HOURS, shifts=there))

    found = (await night.http.get("/api/slots", params=THAT_NIGHT)).json()["slots"]

    assert max(one["local_start"] for one in found) == "2026-06-22T23:15:00"


async def test_free_times_go_on_over_midnight_and_nothing_stands_against_them(night):
    found = (await night.http.get("/api/slots", params=THAT_NIGHT)).json()["slots"]
    asked = (await night.http.get("/api/slots/why", params={"start": LATE})).json()

    shown = [one["local_start"] for one in found]
    assert {"2026-06-22T23:15:00", "2026-06-22T23:45:00", "2026-06-23T00:00:00"} <= set(shown)
    assert asked["free"], asked


async def test_the_board_shows_what_lasts_beyond_its_day_and_hatches_only_what_is_closed(night):
    await night.books(await night.asks(), date="2026-06-22", time="23:30")

    page = await night.page("/staff/board?day=2026-06-22&as=board")

    assert "23:30" in words(page)
    assert 'class="closed' not in page
    assert "Open 20:00 to 24:00, Denver" in words(page)
    assert "Mon, Jun 22 20:00 to 24:00 1 session" in words(await night.page("/staff/board/week?day=2026-06-22"))


async def test_the_board_of_the_next_day_shows_what_reaches_into_it_and_the_week_its_part(night):
    await night.books(await night.asks(), date="2026-06-22", time="23:30")

    page = await night.page("/staff/board?day=2026-06-23&as=board")

    assert "Mon, Jun 22, 23:30" in words(page)
    assert "0 consultations, 0 sessions" in words(page)
    assert "data-move" not in page
    async with night.desk.database.transaction(read_only=True) as tx:
        days = {date(2026, 6, day): whole_day(date(2026, 6, day), CLINIC.zone) for day in (22, 23)}
        taken = await week_load.of_resources(tx, CLINIC.id, days)
    (chair,) = {id_ for id_, _ in taken if id_ in {one.id for one in CLINIC.of_kind(ResourceKind.CHAIR)}}
    assert [taken[chair, day].length for day in days] == [timedelta(minutes=30), timedelta(minutes=65)]
