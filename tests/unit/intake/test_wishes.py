from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.refusal import NotPossible
from services.intake.domain.wishes import not_before_of, zone_of

DENVER = ZoneInfo("America/Denver")
TODAY = date(2026, 6, 15)


def test_a_day_begins_when_it_begins_at_the_clinic():
    assert not_before_of("2026-06-16", DENVER, TODAY) == datetime(2026, 6, 16, 6, tzinfo=UTC)
    assert not_before_of("2026-12-16", DENVER, TODAY) == datetime(2026, 12, 16, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "16.06.2026", "2026-W25-1", "20260616", "2026-06-16T09:00", "٢٠٢٦-٠٦-١٦"]
)
def test_what_is_no_date_is_refused(typed: str):
    with pytest.raises(NotPossible, match="date that exists"):
        not_before_of(typed, DENVER, TODAY)


@given(st.sampled_from(sorted(available_timezones())), st.dates(TODAY, date(2027, 6, 16)))
def test_a_first_day_lies_on_that_day_in_every_zone(zone: str, day: date):
    instant = not_before_of(day.isoformat(), ZoneInfo(zone), TODAY)

    assert instant is not None
    # Where the clock leaps over midnight, the day begins at one; never on the day before.
    assert instant.astimezone(ZoneInfo(zone)).date() == day


@given(st.text(max_size=40))
def test_a_zone_is_known_or_refused(typed: str):
    with suppress(NotPossible):
        assert zone_of(typed, "America/Denver") in available_timezones()
