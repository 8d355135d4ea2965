"""Instants become words in one place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web import times

DENVER = "America/Denver"
JUNE = datetime(2026, 6, 18, 15, 30, tzinfo=UTC)


def test_a_patient_reads_weekday_date_and_a_twelve_hour_clock():
    assert times.patient_day(JUNE, DENVER) == "Thursday, June 18"
    assert times.patient_time(JUNE, DENVER) == "9:30 AM"
    assert times.patient_zone(JUNE, DENVER) == "Denver time (MDT)"
    assert times.patient_when(JUNE, DENVER) == "Thursday, June 18, 9:30 AM, Denver time (MDT)"


@pytest.mark.parametrize("language", ["es", "es-US"])
def test_a_patient_who_reads_spanish_reads_it_in_spanish(language):
    january = datetime(2027, 1, 4, 20, 5, tzinfo=UTC)

    assert times.patient_when(JUNE, DENVER, language=language) == (
        "jueves 18 de junio, 9:30 a.\u00a0m., hora de Denver (MDT)"
    )
    assert times.patient_day(january, DENVER, now=JUNE, language=language) == "lunes 4 de enero de 2027"
    assert times.patient_time(january, DENVER, language) == "1:05 p.\u00a0m."


def test_staff_read_a_twenty_four_hour_clock():
    evening = JUNE + timedelta(hours=12)

    assert times.staff_when(evening, DENVER) == "Thu, Jun 18, 21:30"
    assert times.staff_zone(evening, DENVER) == "Denver, MDT"


@pytest.mark.parametrize(
    ("hour", "words"), [(6, "12:05 AM"), (7, "1:05 AM"), (17, "11:05 AM"), (18, "12:05 PM"), (19, "1:05 PM")]
)
def test_noon_and_midnight_are_twelve(hour, words):
    assert times.patient_time(datetime(2026, 6, 18, hour, 5, tzinfo=UTC), DENVER) == words


def test_the_year_is_named_only_when_it_is_another_one():
    january = datetime(2027, 1, 4, 17, tzinfo=UTC)

    assert times.patient_day(january, DENVER, now=JUNE) == "Monday, January 4, 2027"
    assert times.patient_day(january, DENVER, now=january) == "Monday, January 4"


def test_new_years_eve_belongs_to_the_clinics_year():
    assert times.patient_day(datetime(2027, 1, 1, 5, tzinfo=UTC), DENVER, now=JUNE) == "Thursday, December 31"


def test_the_hour_that_spring_skips_is_never_said():
    before = datetime(2026, 3, 8, 8, 59, tzinfo=UTC)

    assert times.patient_time(before, DENVER) == "1:59 AM"
    assert times.patient_when(before + timedelta(minutes=1), DENVER) == "Sunday, March 8, 3:00 AM, Denver time (MDT)"


def test_the_hour_that_autumn_repeats_is_told_apart_by_its_zone():
    first = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)

    assert times.patient_when(first, DENVER) == "Sunday, November 1, 1:30 AM, Denver time (MDT)"
    assert times.patient_when(first + timedelta(hours=1), DENVER) == "Sunday, November 1, 1:30 AM, Denver time (MST)"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Phoenix", "Phoenix time (MST)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time (UTC-3)"),
        ("Asia/Kathmandu", "Kathmandu time (UTC+5:45)"),
        ("Europe/London", "London time (BST)"),
        ("UTC", "UTC time"),
    ],
)
def test_every_kind_of_zone_has_a_readable_name(zone, words):
    assert times.patient_zone(JUNE, zone) == words


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no zone"):
        times.patient_time(JUNE.replace(tzinfo=None), DENVER)


def test_staff_tell_the_two_apart_that_a_clock_shows_alike():
    first, second = datetime(2026, 11, 1, 7, 30, tzinfo=UTC), datetime(2026, 11, 1, 8, 30, tzinfo=UTC)

    assert [times.staff_time(at, DENVER) for at in (first, second)] == ["01:30 MDT", "01:30 MST"]
    assert times.staff_moment(first, DENVER) == "Sun, Nov 1, 01:30:00 MDT"
    assert times.staff_time(second + timedelta(minutes=30), DENVER) == "02:00"


@pytest.mark.parametrize(("days", "words"), [(-183, ", 2025"), (-181, ""), (181, ""), (183, ", 2026"), (366, ", 2027")])
def test_a_day_half_a_year_away_has_its_year(days, words):
    at = JUNE + timedelta(days=days)

    assert times.staff_day(at, DENVER, JUNE) == times.staff_day(at, DENVER) + words


@given(
    at=st.integers(1_600_000_000, 2_200_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    zone=st.sampled_from(sorted(available_timezones())),
)
def test_both_clocks_name_the_same_minute_in_every_zone(at, zone):
    there = at.astimezone(ZoneInfo(zone))
    hour, minute, half = times.patient_time(at, zone).replace(":", " ").split()

    assert times.staff_time(at, zone)[:5] == f"{there:%H:%M}"
    assert (int(hour) % 12 + 12 * (half == "PM"), int(minute)) == (there.hour, there.minute)
    assert datetime.fromisoformat(times.machine(at, zone)) == at


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-3, "now"),
        (0, "now"),
        (1, "1 min"),
        (59, "59 min"),
        (65, "1 h 05 min"),
        (23 * 60, "23 h 00 min"),
        (1440, "1 day"),
        (2880, "2 days"),
    ],
)
def test_an_age_is_short(minutes, words):
    assert times.age(JUNE - timedelta(minutes=minutes), JUNE) == words
