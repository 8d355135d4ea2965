"""Instants and wall clocks, in every zone and on the nights when the clock jumps."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.domain.opening import OpeningHours, open_intervals
from services.scheduling.domain.wall_clock import day_of, instants_when_reads, reads, whole_day
from tests.unit.scheduling.examples import wall

ZONES = sorted(available_timezones())
AWKWARD = [
    ("America/Denver", date(2026, 3, 8)),
    ("America/Denver", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Havana", date(2026, 3, 8)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 5)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Pacific/Kiritimati", date(2026, 6, 1)),
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
]


def test_a_wall_clock_time_is_none_one_or_two_instants():
    ordinary = instants_when_reads(wall("2026-06-15 09:30"), "America/Denver")
    skipped = instants_when_reads(wall("2026-03-08 02:30"), "America/Denver")
    twice = instants_when_reads(wall("2026-11-01 01:30"), "America/Denver")

    assert ordinary == [datetime(2026, 6, 15, 15, 30, tzinfo=UTC)]
    assert skipped == []
    assert twice == [datetime(2026, 11, 1, 7, 30, tzinfo=UTC), datetime(2026, 11, 1, 8, 30, tzinfo=UTC)]


@settings(deadline=None)
@given(st.datetimes(wall("2025-01-01 00:00"), wall("2035-01-01 00:00")), st.sampled_from(ZONES))
def test_every_instant_is_among_those_its_own_wall_clock_names(naive, zone):
    instant = naive.replace(tzinfo=UTC, microsecond=0)

    assert instant in instants_when_reads(reads(instant, zone), zone)


def open_by_looking_at_every_minute(hours, zone, day):
    """The twin: walks the clock minute by minute."""
    at = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    found = []
    for _ in range(54 * 60):
        shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if shown.date() == day and any(
            stretch.weekday == day.isoweekday()
            and stretch.opens <= shown.time()
            and not has_ended(stretch.closes, shown)
            for stretch in hours
        ):
            found.append(at)
        at += timedelta(minutes=1)
    return found


def has_ended(closes, shown):
    """What ends at 00:00 lasts as long as the clock shows the day."""
    return closes != time(0) and shown.time() >= closes


def minutes_of(intervals):
    return [
        interval.start + timedelta(minutes=n)
        for interval in intervals
        for n in range(interval.length // timedelta(minutes=1))
    ]


@pytest.mark.parametrize(("zone", "day"), AWKWARD)
@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        (time(8), time(17)),
        (time(0), time(4)),
        (time(1, 30), time(2, 45)),
        (time(0), time(23, 59)),
        (time(0), time(0)),
        (time(22, 30), time(0)),
    ],
)
def test_opening_hours_are_what_the_wall_clock_says_minute_by_minute(zone, day, opens, closes):
    hours = [OpeningHours(day.isoweekday(), opens, closes)]

    assert minutes_of(open_intervals(hours, zone, day)) == open_by_looking_at_every_minute(hours, zone, day)


@settings(deadline=None)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.lists(st.tuples(st.integers(0, 1438), st.integers(1, 600)), max_size=3),
)
def test_opening_hours_agree_with_the_twin_in_any_zone(zone, day, stretches):
    def at(minute):
        return time(minute // 60 % 24, minute % 60)

    hours = [OpeningHours(day.isoweekday(), at(opens), at(min(opens + length, 1440))) for opens, length in stretches]

    assert minutes_of(open_intervals(hours, zone, day)) == open_by_looking_at_every_minute(hours, zone, day)


@pytest.mark.parametrize(("zone", "day"), AWKWARD)
def test_days_follow_each_other_without_gap_or_overlap(zone, day):
    before, this = whole_day(day - timedelta(days=1), zone), whole_day(day, zone)

    assert before.end == this.start
    assert day_of(this.start, zone) == day
    assert day_of(this.end - timedelta(minutes=1), zone) == day
