"""A refusal names everything that stands against a time."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.domain.clinic import Need, Qualification, Resource, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import Closure, OpeningHours
from services.scheduling.domain.presence import Absence, Shift
from services.scheduling.domain.refusal import Why, nearest, reasons, reasons_without_staff
from services.scheduling.domain.slots import Wanted, best_first, bookable_without_staff, candidate_at, candidates
from services.scheduling.pages.refused_time import all_against
from services.scheduling.pages.words import against
from shared.ids import uuid7
from tests.unit.scheduling.examples import CHAIRS, CLINICIANS, INFUSION, PATIENT, SEATS, clinic, wall
from tests.unit.scheduling.test_slots import MONDAY_8, RESOURCES, appointment_kinds, calendars
from tests.unit.scheduling.twin import free_starts

MONDAY_10 = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
NOW = MONDAY_10 - timedelta(hours=4)
LONG = Interval(MONDAY_10 - timedelta(hours=1), MONDAY_10 + timedelta(hours=3))


def wanted():
    return Wanted(INFUSION, PATIENT, clinician=CLINICIANS[0].id)


def test_nothing_stands_against_a_free_time():
    assert reasons(clinic(), wanted(), MONDAY_10, {}, NOW) == []


def test_every_missing_resource_is_named_with_what_takes_it():
    busy = {one.id: [LONG] for one in (*CHAIRS, CLINICIANS[0])}

    found = reasons(clinic(), wanted(), MONDAY_10, busy, NOW)

    assert [(one.why, one.resource_kind) for one in found] == [(Why.TAKEN, "chair"), (Why.TAKEN, "clinician")]
    assert [taken.resource for taken in found[0].taken] == list(CHAIRS)
    assert found[1].during.length == timedelta(minutes=15)


def test_what_takes_a_chair_without_a_break_is_said_once_and_what_is_only_held_by_itself():
    halves = [Interval(LONG.start, MONDAY_10), Interval(MONDAY_10, LONG.end)]
    busy = {one.id: halves for one in CHAIRS}
    held = {(CHAIRS[1].id, halves[1]): NOW + timedelta(minutes=10)}

    (found,) = reasons(clinic(), wanted(), MONDAY_10 - timedelta(minutes=30), busy, NOW, held)
    said = against(found, clinic())

    assert f"{CHAIRS[0].name} is taken 09:00 to 13:00;" in said
    assert f"{CHAIRS[1].name} is taken 09:00 to 10:00; {CHAIRS[1].name} is held until 06:10 for 10:00 to 13:00" in said


def test_a_closed_clinic_a_busy_patient_and_a_missing_nurse_are_all_said():
    evening = MONDAY_10 + timedelta(hours=7)
    where = clinic(resources=(*CHAIRS, *CLINICIANS))
    busy = {PATIENT: [Interval(evening, evening + timedelta(minutes=30))]}

    found = reasons(where, wanted(), evening, busy, NOW)

    assert {one.why for one in found} == {Why.CLOSED, Why.PATIENT_ELSEWHERE, Why.NONE_THERE}


def test_staff_may_enter_a_session_of_last_week_but_not_of_last_year():
    assert reasons(clinic(), wanted(), MONDAY_10, {}, MONDAY_10 + timedelta(days=7)) == []
    assert [one.why for one in reasons(clinic(), wanted(), MONDAY_10, {}, MONDAY_10 + timedelta(days=300))] == [
        Why.LONG_AGO
    ]
    assert [one.why for one in reasons(clinic(), wanted(), MONDAY_10, {}, MONDAY_10 - timedelta(days=400))] == [
        Why.FAR_AHEAD
    ]


def test_the_three_nearest_times_are_offered_instead():
    busy = {one.id: [LONG] for one in SEATS}
    around = Interval(MONDAY_10 - timedelta(days=1), MONDAY_10 + timedelta(days=1))

    found = nearest(clinic(), wanted(), MONDAY_10, around, busy)

    assert len(found) == 3
    assert found == sorted(found)
    assert all(not any(LONG.overlaps(Interval(at, at + timedelta(minutes=85))) for _ in SEATS) for at in found)


def test_two_needs_at_once_and_one_to_meet_them_is_said():
    two_nurses = replace(INFUSION, needs=(*INFUSION.needs, Need(ResourceKind.NURSE_SEAT, 1, 1)))
    where = clinic(resources=(*CHAIRS, *CLINICIANS, SEATS[0]))

    (found,) = reasons(where, replace(wanted(), kind=two_nurses), MONDAY_10, {}, NOW)

    assert (found.why, found.resource_kind) == (Why.TOO_FEW, "nurse_seat")


@given(appointment_kinds(), calendars())
def test_nothing_stands_against_a_time_exactly_when_it_can_be_given(kind, busy):
    where = clinic(resources=RESOURCES)
    one = replace(wanted(), kind=kind, clinician=None)

    for start in (MONDAY_8 + timedelta(minutes=n) for n in (0, 20, 45)):
        assert (reasons(where, one, start, busy, NOW) == []) == (candidate_at(where, one, start, busy) is not None)


def test_what_is_only_held_says_until_when():
    until = NOW + timedelta(minutes=10)

    (found,) = reasons(
        clinic(), wanted(), MONDAY_10, {CLINICIANS[0].id: [LONG]}, NOW, {(CLINICIANS[0].id, LONG): until}
    )

    assert [taken.held_until for taken in found.taken] == [until]


def test_who_is_away_says_from_when_until_when():
    monday = wall("2026-06-15")
    shift = Shift(CLINICIANS[0].person, 1, time(8), time(9))
    absence = Absence(SEATS[0].id, monday + timedelta(hours=9), monday + timedelta(hours=12))
    where = replace(clinic(resources=(*CHAIRS, *CLINICIANS, SEATS[0])), shifts=(shift,), absences=(absence,))

    found = reasons(where, wanted(), MONDAY_10, {}, NOW)

    assert all_against(found, where) == [
        "No prescriber is there from 10:00 to 10:15: clinician 21 does not work then.",
        "No nurse seat is there from 10:00 to 11:25: nurse_seat 31 is away 09:00 to 12:00.",
    ]


def test_a_nurse_is_named_once_however_many_seats_and_bookings_are_in_the_way():
    ana, tessa, tom = (uuid7() for _ in range(3))
    seats = tuple(
        Resource(uuid7(), ResourceKind.NURSE_SEAT, name, staff_id=person)
        for name, person in (("Ana Ruiz", ana), ("Ana Ruiz", ana), ("Tessa Beaumont", tessa), ("Tom Wilk", tom))
    )
    where = replace(clinic(resources=(*CHAIRS, *CLINICIANS, *seats)), shifts=(Shift(tom, 1, time(8), time(9)),))
    early, late = (
        Interval(MONDAY_10, MONDAY_10 + timedelta(minutes=30)),
        Interval(MONDAY_10 + timedelta(minutes=30), LONG.end),
    )
    busy = {one.id: [early, late] for one in seats if one.staff_id != tom}

    found = reasons(where, wanted(), MONDAY_10, busy, NOW)

    assert all_against(found, where) == [
        "No nurse seat is free from 10:00 to 11:25: the seats of Ana Ruiz and Tessa Beaumont are taken.",
        "No nurse seat is there from 10:00 to 11:25: Tom Wilk does not work then.",
    ]


def test_staff_may_book_somebody_who_is_away_or_not_qualified_if_they_mean_it():
    absence = Absence(CLINICIANS[0].id, wall("2026-06-15"), wall("2026-06-16"))
    where = replace(clinic(), absences=(absence,))
    iv = replace(INFUSION, needs=(Need(ResourceKind.CLINICIAN, 1, 1, "IV access"),))
    one = replace(wanted(), kind=iv)

    assert candidate_at(where, one, MONDAY_10, {}) is None
    assert candidate_at(where, one, MONDAY_10, {}, overridden={"away"}) is None
    assert candidate_at(where, one, MONDAY_10, {}, overridden={"away", "not-qualified"}) is not None


def test_a_holiday_and_what_else_the_clinic_is_closed_for_are_said_by_name():
    day = wall("2026-06-15")
    where = replace(clinic(), closures=(Closure(day, day + timedelta(days=1), "Founders’ Day"),))

    (found,) = reasons(where, wanted(), MONDAY_10, {}, NOW)

    assert found.why is Why.CLOSURE
    assert against(found, where) == "The clinic is closed for Founders’ Day, Mon, Jun 15, 00:00 to Tue, Jun 16, 00:00."


def test_a_need_for_a_qualification_is_met_only_by_who_has_it():
    iv = replace(INFUSION, needs=(Need(ResourceKind.NURSE_SEAT, 1, 1, "IV access"),))
    where = clinic()
    skilled = replace(where, qualifications=(Qualification(SEATS[1].person, "IV access"),))

    (found,) = reasons(where, Wanted(iv, PATIENT), MONDAY_10, {}, NOW)

    assert found.why is Why.NOT_QUALIFIED
    assert against(found, where) == (
        "No nurse seat with “IV access” can be booked: nurse_seat 31 and nurse_seat 32 cannot do this."
    )
    assert candidate_at(skilled, Wanted(iv, PATIENT), MONDAY_10, {}).claims[0].resource == SEATS[1]


@pytest.mark.parametrize("out_of_role", [SEATS[0], replace(CLINICIANS[0], out_of_role=True)])
def test_who_is_booked_out_of_their_role_is_refused_with_that_reason(out_of_role):
    where = clinic(resources=(*CHAIRS, out_of_role, CLINICIANS[1], SEATS[1]))

    (found,) = reasons(where, replace(wanted(), clinician=out_of_role.id), MONDAY_10, {}, NOW)

    assert (found.why, found.unfit) == (Why.NOT_QUALIFIED, (out_of_role,))


@pytest.mark.parametrize(
    ("other", "close"),
    [
        (timedelta(days=-2, hours=1), False),
        (timedelta(days=-1, hours=-6), True),
        (timedelta(days=1, hours=7), True),
        (timedelta(days=2, hours=-2), False),
    ],
)
def test_another_session_of_the_patient_too_near_is_said(other, close):
    kind = replace(INFUSION, days_apart=2)

    found = reasons(clinic(), Wanted(kind, PATIENT, others=(MONDAY_10 + other,)), MONDAY_10, {}, NOW)

    assert [one.why for one in found] == ([Why.TOO_CLOSE] if close else [])


def test_on_the_next_calendar_day_but_within_24_hours_is_too_near():
    kind = replace(INFUSION, days_apart=1)
    night = MONDAY_10 - timedelta(hours=14)

    assert kind.too_close(MONDAY_10, night, "America/Denver")
    assert not kind.too_close(MONDAY_10, night - timedelta(hours=10), "America/Denver")


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (timedelta(hours=1), {Why.SHORT_NOTICE}),
        (timedelta(hours=-1), {Why.SHORT_NOTICE}),
        (timedelta(days=8), {Why.FAR_AHEAD}),
        (timedelta(hours=4, minutes=5), {Why.NO_START}),
        (timedelta(hours=12), {Why.CLOSED}),
        (timedelta(days=30, hours=12), {Why.CLOSED, Why.FAR_AHEAD}),
        (timedelta(hours=4), set()),
    ],
)
def test_a_patient_books_neither_at_once_nor_far_ahead_nor_between_two_starts(after, why):
    where = replace(clinic(), minimum_notice=timedelta(hours=2), horizon=timedelta(days=7))
    now = MONDAY_10 - timedelta(hours=1)

    assert {one.why for one in reasons_without_staff(where, wanted(), now + after, {}, now)} == why


@settings(deadline=None)
@given(appointment_kinds(), calendars(), st.integers(-12, 72))
def test_every_time_is_offered_to_patients_or_has_its_reasons(kind, busy, fives):
    where = replace(
        clinic(resources=RESOURCES, hours=(OpeningHours(1, time(8), time(13)),)),
        minimum_notice=timedelta(minutes=20),
        horizon=timedelta(hours=4),
    )
    one, start = replace(wanted(), kind=kind, clinician=None), MONDAY_8 + timedelta(minutes=5 * fives)
    reach = bookable_without_staff(where, MONDAY_8)

    offered = {found.during.start for found in candidates(where, one, best_first(where, one, reach), busy)}
    against = reasons_without_staff(where, one, start, busy, MONDAY_8)

    assert offered == set(free_starts(where, kind, list(RESOURCES), reach, busy, PATIENT))
    assert (against == []) == (start in offered)
