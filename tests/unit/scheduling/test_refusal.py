"""A refusal names everything that stands against a time."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.domain.clinic import Need, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.refusal import Why, nearest, reasons, reasons_without_staff
from services.scheduling.domain.slots import Wanted, best_first, bookable_without_staff, candidate_at, candidates
from tests.unit.scheduling.examples import CHAIRS, CLINICIANS, INFUSION, PATIENT, SEATS, clinic
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
