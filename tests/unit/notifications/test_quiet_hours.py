"""Reminders keep to the hours in which one may be reminded."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.quiet_hours import QUIET_FROM, QUIET_UNTIL, quiet_until

DENVER = "America/Denver"


def at(hour: int, minute: int = 0, *, month: int = 6, day: int = 15) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(DENVER)).astimezone(UTC)


@pytest.mark.parametrize("hour", [8, 12, 20])
def test_by_day_nothing_waits(hour: int) -> None:
    assert quiet_until(at(hour), DENVER) is None


def test_at_nine_in_the_evening_it_waits_for_the_morning() -> None:
    assert quiet_until(at(21), DENVER) == at(8, day=16)


def test_after_midnight_it_waits_for_the_same_morning() -> None:
    assert quiet_until(at(7, 59), DENVER) == at(8)


@pytest.mark.parametrize(("month", "day"), [(3, 8), (11, 1)])
def test_in_the_night_in_which_the_clocks_change_the_morning_is_eight_by_the_new_clock(month: int, day: int) -> None:
    assert quiet_until(at(0, 30, month=month, day=day), DENVER) == at(8, month=month, day=day)


@given(
    now=st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from([DENVER, "America/Phoenix", "Europe/Madrid", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_whatever_the_hour_it_goes_within_the_hours_and_within_half_a_day(now: datetime, zone: str) -> None:
    goes = quiet_until(now, zone) or now

    assert QUIET_UNTIL <= goes.astimezone(ZoneInfo(zone)).time() < QUIET_FROM
    assert timedelta(0) <= goes - now <= timedelta(hours=12)
