"""Which times can be given, beside a twin that tries everything."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.domain.clinic import AppointmentKind, Need, Part, Purpose, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.slots import Wanted, best_first, candidate_at, starts
from services.scheduling.domain.slots import candidates as candidates_at
from services.scheduling.domain.wall_clock import reads
from shared.events.values import DayPart, Weekday, Wishes
from tests.unit.scheduling.examples import CHAIRS, CLINICIANS, INFUSION, PATIENT, SEATS, VISIT, clinic, resource, wall
from tests.unit.scheduling.twin import can_be_given

MONDAY_8 = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def minutes(number):
    return timedelta(minutes=number)


def week(start=MONDAY_8, days=7):
    return Interval(start, start + days * DAY)


def candidates(where, wanted, window, busy):
    return candidates_at(where, wanted, best_first(where, wanted, window), busy)


def first(wanted, busy=None, where=None, window=None):
    return next(candidates(where or clinic(), wanted, window or week(), busy or {}), None)


def test_the_earliest_time_comes_first():
    assert first(Wanted(VISIT, PATIENT)).during.start == MONDAY_8


def test_a_time_in_which_every_clinician_is_taken_is_not_offered():
    busy = {one.id: [Interval(MONDAY_8, MONDAY_8 + minutes(60))] for one in CLINICIANS}

    assert first(Wanted(VISIT, PATIENT), busy).during.start == MONDAY_8 + minutes(60)


def test_the_patient_is_never_booked_in_two_places():
    busy = {PATIENT: [Interval(MONDAY_8, MONDAY_8 + minutes(20))]}

    assert first(Wanted(VISIT, PATIENT), busy).during.start == MONDAY_8 + minutes(30)


def test_wishes_put_times_in_order_and_exclude_none():
    wanted = Wanted(VISIT, PATIENT, Wishes(weekdays=(Weekday.WEDNESDAY,), day_parts=(DayPart.AFTERNOON,)))
    found = list(candidates(clinic(), wanted, week(), {}))
    plain = list(candidates(clinic(), Wanted(VISIT, PATIENT), week(), {}))

    assert reads(found[0].during.start, "America/Denver") == wall("2026-06-17 12:00")
    assert {one.during for one in found} == {one.during for one in plain}


def test_not_before_without_an_offset_is_meant_by_the_clinics_clock():
    wanted = Wanted(VISIT, PATIENT, Wishes(not_before=wall("2026-06-16 10:00")))

    assert reads(first(wanted).during.start, "America/Denver") == wall("2026-06-16 10:00")


def test_equal_clinicians_are_spread_over_patients():
    chosen = {first(Wanted(VISIT, UUID(int=n))).claims[0].resource.id for n in range(20)}

    assert chosen == {one.id for one in CLINICIANS}


def test_a_session_takes_a_chair_throughout_and_the_prescriber_for_the_set_up():
    found = first(Wanted(INFUSION, PATIENT, clinician=CLINICIANS[1].id))
    took = {claim.resource.kind: claim.during.length for claim in found.claims if claim.resource not in SEATS}

    assert found.during.length == minutes(95)
    assert took == {ResourceKind.CHAIR: minutes(95), ResourceKind.CLINICIAN: minutes(15)}
    assert found.resource(ResourceKind.CLINICIAN) == CLINICIANS[1]


def test_the_parts_of_a_session_may_sit_on_different_seats():
    one, other = SEATS
    busy = {
        one.id: [Interval(MONDAY_8 + minutes(55), MONDAY_8 + minutes(540))],
        other.id: [Interval(MONDAY_8, MONDAY_8 + minutes(55))],
    }
    found = candidate_at(clinic(), Wanted(INFUSION, PATIENT), MONDAY_8, busy)

    assert [claim.resource for claim in found.claims if claim.resource in SEATS] == [one, one, other]


def test_the_same_seat_goes_on_serving_while_it_is_free():
    found = first(Wanted(INFUSION, PATIENT))

    assert len({claim.resource.id for claim in found.claims if claim.resource in SEATS}) == 1


def test_a_clinician_who_is_asked_for_by_name_is_not_replaced():
    busy = {CLINICIANS[0].id: [week()]}

    assert (
        first(
            Wanted(VISIT, PATIENT, clinician=CLINICIANS[0].id),
            {CLINICIANS[0].id: [Interval(MONDAY_8, MONDAY_8 + 7 * DAY)]},
        )
        is None
    )
    assert first(Wanted(VISIT, PATIENT), busy).claims[0].resource == CLINICIANS[1]


def test_a_clinic_that_is_always_closed_offers_nothing():
    assert first(Wanted(VISIT, PATIENT), where=clinic(hours=())) is None


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # 02:00–03:00 is skipped: 01:45 is followed by 03:00.
        ("America/Denver", date(2026, 3, 8), ["01:00", "01:15", "01:30", "01:45", "03:00", "03:15"]),
        # 01:00–02:00 comes twice.
        ("America/Denver", date(2026, 11, 1), ["01:00", "01:15", "01:30", "01:45"] * 2 + ["02:00", "02:15"]),
        # Half an hour is skipped.
        ("Australia/Lord_Howe", date(2026, 10, 4), ["01:00", "01:15", "01:30", "01:45", "02:30", "02:45"]),
    ],
)
def test_starts_stand_on_the_quarter_hours_of_the_wall_clock_when_it_jumps(zone, day, expected):
    where = clinic(zone=zone, hours=(OpeningHours(day.isoweekday(), time(1), time(23)),))
    window = Interval(
        datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC),
        datetime.combine(day + DAY, time(), ZoneInfo(zone)).astimezone(UTC),
    )
    found = list(starts(where, minutes(45), window))

    assert [f"{reads(at, zone):%H:%M}" for at in found][: len(expected)] == expected
    assert found == sorted(set(found))


GRID = st.integers(0, 40).map(lambda n: n * 5)
RESOURCES = (*CHAIRS, *CLINICIANS, resource(31, ResourceKind.NURSE_SEAT))


@st.composite
def calendars(draw):
    taken = {}
    for one in RESOURCES:
        at, intervals = 0, []
        for gap, length in draw(st.lists(st.tuples(st.integers(0, 24), st.integers(1, 12)), max_size=4)):
            at += gap * 5
            intervals.append(Interval(MONDAY_8 + minutes(at), MONDAY_8 + minutes(at + length * 5)))
            at += length * 5
        taken[one.id] = intervals
    return taken


@st.composite
def appointment_kinds(draw):
    parts = tuple(Part("part", draw(st.integers(1, 6)) * 5) for _ in range(draw(st.integers(1, 3))))
    needs = []
    for _ in range(draw(st.integers(1, 4))):
        from_part = draw(st.integers(1, len(parts)))
        needs.append(Need(draw(st.sampled_from(ResourceKind)), from_part, draw(st.integers(from_part, len(parts)))))
    return AppointmentKind(Purpose.SESSION, parts, tuple(needs))


@settings(max_examples=150, deadline=None)
@given(appointment_kinds(), calendars())
def test_exactly_the_times_that_can_be_given_are_offered(kind, taken):
    where = clinic(resources=RESOURCES, hours=(OpeningHours(1, time(8), time(13)),))
    window = week(days=1)
    wanted = Wanted(kind, PATIENT)

    offered = {one.during.start for one in candidates(where, wanted, window, taken)}
    every = {at for at in starts(where, kind.length, window) if can_be_given(RESOURCES, kind, at, taken)}

    assert offered == every


@settings(max_examples=100, deadline=None)
@given(appointment_kinds(), calendars())
def test_what_is_offered_takes_only_what_is_free(kind, taken):
    where = clinic(resources=RESOURCES, hours=(OpeningHours(1, time(8), time(13)),))

    for one in candidates(where, Wanted(kind, PATIENT), week(days=1), taken):
        booked = {id_: list(intervals) for id_, intervals in taken.items()}
        for claim in one.claims:
            assert not any(claim.during.overlaps(other) for other in booked[claim.resource.id])
            booked[claim.resource.id].append(claim.during)
