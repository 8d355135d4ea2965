"""On every night on which a clock jumps, in every zone: days, opening hours, starts and typed times mean what they say."""

from dataclasses import replace
from datetime import time, timedelta

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import Closure, OpeningHours, open_intervals
from services.scheduling.domain.presence import Shift
from services.scheduling.domain.slots import starts
from services.scheduling.domain.wall_clock import day_of, instants_when_reads, reads, spread, whole_day
from tests.unit.clock_jumps import different_jumps, every_jump
from tests.unit.scheduling.examples import CLINICIANS, clinic, wall

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ALWAYS = tuple(OpeningHours(weekday, time(0), time(0)) for weekday in range(1, 8))


def test_there_are_such_nights_forwards_and_back_and_by_less_and_more_than_an_hour():
    by = {jump.by for jump in every_jump()}

    assert {timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=30), timedelta(hours=2)} <= by


def test_what_a_clock_shows_leads_back_to_the_instant_and_a_repeated_hour_to_both():
    for jump in every_jump():
        for at in jump.around():
            shown = reads(at, jump.zone)
            found = instants_when_reads(shown, jump.zone)
            twice = jump.by < timedelta() and jump.at + jump.by <= at < jump.at - jump.by
            assert at in found, str(jump)
            assert len(found) == (2 if twice else 1), str(jump)


def test_a_time_that_a_clock_skips_is_no_instant():
    for jump in every_jump():
        if jump.by > timedelta():
            skipped = reads(jump.at, jump.zone) - timedelta(minutes=15)
            assert instants_when_reads(skipped, jump.zone) == [], str(jump)


def test_days_follow_each_other_and_hold_every_instant_that_shows_them():
    for jump in every_jump():
        middle = day_of(jump.at, jump.zone)
        days = [whole_day(middle + n * DAY, jump.zone) for n in (-1, 0, 1)]
        assert [one.end for one in days[:2]] == [one.start for one in days[1:]], str(jump)
        for at in jump.around():
            day = whole_day(day_of(at, jump.zone), jump.zone)
            assert day.start <= at < day.end, f"{jump}: {at}"


def test_a_clinic_is_open_exactly_when_its_clock_shows_opening_hours():
    hours = tuple(OpeningHours(weekday, time(0, 30), time(3, 30)) for weekday in range(1, 8))
    for jump in different_jumps():
        for at in jump.around():
            shown = reads(at, jump.zone)
            open_ = any(one.start <= at < one.end for one in open_intervals(hours, jump.zone, shown.date()))
            assert open_ == (time(0, 30) <= shown.time() < time(3, 30)), f"{jump}: {at}"


def test_what_is_meant_by_the_clock_lasts_from_the_first_such_reading_until_the_last():
    for jump in different_jumps():
        minutes = [(jump.at + n * MINUTE, reads(jump.at + n * MINUTE, jump.zone)) for n in range(-400, 400)]
        for at in jump.around():
            begins = reads(at, jump.zone)
            ends = begins + timedelta(minutes=45)
            found = spread(begins, ends, jump.zone)
            assert found is not None, str(jump)
            assert found.start == instants_when_reads(begins, jump.zone)[0], f"{jump}: {begins}"
            covered = [minute for minute, shown in minutes if shown < ends]
            assert found.end == covered[-1] + MINUTE, f"{jump}: {ends}"


def test_what_lies_wholly_in_the_hour_that_is_skipped_is_no_time_at_all():
    for jump in different_jumps():
        if jump.by > timedelta():
            skipped = reads(jump.at, jump.zone)
            begins, ends = skipped - timedelta(minutes=20), skipped - timedelta(minutes=10)
            assert spread(begins, ends, jump.zone) is None, str(jump)


def test_a_roster_holds_exactly_while_its_clock_shows_it():
    for jump in different_jumps():
        day = reads(jump.at, jump.zone).date()
        shift = Shift(CLINICIANS[0].person, day.isoweekday(), time(0, 30), time(3, 30), day, day)
        where = replace(clinic(zone=jump.zone), shifts=(shift,))
        gone = where.away(CLINICIANS[0], Interval(jump.at - DAY, jump.at + DAY))
        for at in jump.around():
            shown = reads(at, jump.zone)
            there = shown.date() == day and time(0, 30) <= shown.time() < time(3, 30)
            assert there == (not any(one.start <= at < one.end for one in gone)), f"{jump}: {at}"


def test_a_whole_day_closed_leaves_nothing_of_it_and_all_of_the_next():
    for jump in different_jumps():
        day = reads(jump.at, jump.zone).date()
        begins, ends = (wall(f"{one}") for one in (day, day + DAY))
        closures = (Closure(begins, ends, "Holiday"),)
        assert open_intervals(ALWAYS, jump.zone, day, closures) == [], str(jump)
        assert open_intervals(ALWAYS, jump.zone, day + DAY, closures) == open_intervals(ALWAYS, jump.zone, day + DAY), (
            str(jump)
        )


def test_starts_stand_on_quarter_hours_in_order_each_once():
    for jump in different_jumps():
        where = clinic(zone=jump.zone, hours=ALWAYS)
        found = list(starts(where, timedelta(minutes=30), Interval(jump.at - DAY, jump.at + DAY)))
        assert found == sorted(set(found)), str(jump)
        assert all(reads(at, jump.zone).minute % 15 == 0 for at in found), str(jump)


def test_a_clinic_that_never_closes_has_a_start_at_every_quarter_hour_of_its_clock_whatever_it_does():
    for jump in different_jumps():
        where = clinic(zone=jump.zone, hours=ALWAYS)
        window = Interval(jump.at - DAY, jump.at + DAY)
        every = [window.start + n * MINUTE for n in range(2 * DAY // MINUTE)]
        fits = [at for at in every if reads(at, jump.zone).minute % 15 == 0 and at + 3 * HOUR <= window.end]
        assert list(starts(where, 3 * HOUR, window)) == fits, str(jump)
