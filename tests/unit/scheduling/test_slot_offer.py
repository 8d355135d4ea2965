"""Until when somebody may answer an offer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.scheduling.domain.daytime import SLEEPS, WAKES
from services.scheduling.domain.slot_offer import answer_by
from services.scheduling.domain.wall_clock import reads
from tests.unit.scheduling.examples import wall

ZONE = "America/Denver"
TWO_HOURS = timedelta(hours=2)


def ends(shown, within=TWO_HOURS, zone=ZONE):
    at = wall(shown).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return reads(answer_by(at, within, zone), zone)


@pytest.mark.parametrize(
    ("offered", "until"),
    [
        ("2026-06-15 12:30", "2026-06-15 14:30"),
        ("2026-06-15 12:31", "2026-06-15 14:35"),  # a time that one says
        ("2026-06-15 19:00", "2026-06-15 21:00"),
        ("2026-06-15 20:30", "2026-06-16 09:30"),
        ("2026-06-15 19:05", "2026-06-16 09:00"),  # not five past eight
        ("2026-06-15 03:00", "2026-06-15 10:00"),
        ("2026-06-15 23:59", "2026-06-16 10:00"),
    ],
)
def test_only_hours_in_which_people_are_awake_count(offered, until):
    assert ends(offered) == wall(until)


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_the_clock_changes_while_nobody_answers(day):
    assert ends(f"{day} 00:30") == wall(f"{day} 10:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.integers(15, 2880).map(lambda minutes: timedelta(minutes=minutes)),
    st.sampled_from(["America/Denver", "Europe/Madrid", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
)
@example(datetime(2026, 10, 3, 15, 0, tzinfo=UTC), TWO_HOURS, "Australia/Lord_Howe")
def test_it_never_ends_at_night_and_never_too_soon(offered, within, zone):
    until = answer_by(offered, within, zone)

    assert until - offered >= within
    assert WAKES < reads(until, zone).time() <= SLEEPS
