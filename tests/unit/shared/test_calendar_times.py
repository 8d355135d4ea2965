"""Calendar files are read right by programs that read them simply (docs/decisions/0192)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.calendar_times import in_zone, rules_of


@pytest.mark.parametrize("minutes", [0, 30, 60, 119])
def test_in_the_hour_that_happens_twice_the_time_is_utc_whichever_of_the_two_it_is(minutes):
    at = datetime(2026, 11, 1, 7, 0, tzinfo=UTC) + timedelta(minutes=minutes)  # Denver: 01:00 to 01:59, twice

    assert in_zone(at, "America/Denver").tzinfo is UTC


@pytest.mark.parametrize("minutes", [-1, 120])
def test_beside_that_hour_it_is_local(minutes):
    at = datetime(2026, 11, 1, 7, 0, tzinfo=UTC) + timedelta(minutes=minutes)

    assert str(in_zone(at, "America/Denver").tzinfo) == "America/Denver"


def test_every_change_of_a_zone_stands_in_a_line_of_its_own():
    rules = rules_of("America/Denver", date(2026, 1, 1), date(2029, 12, 31)).to_ical().decode()

    again = [line for line in rules.splitlines() if line.startswith("RDATE")]
    onsets = again + [line for line in rules.splitlines() if line.startswith("DTSTART")]
    assert len(again) == 6
    assert all("," not in line for line in again)
    assert {line[-15:-11] for line in onsets} >= {"2026", "2027", "2028", "2029"}
