"""What is best, in the order in which it is decided."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slots import Wanted, best_first, candidate_at
from shared.events.values import Urgency, Weekday, Wishes
from tests.unit.scheduling.examples import CLINICIANS, PATIENT, VISIT, clinic

MONDAY_8 = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
WEEK = Interval(MONDAY_8, MONDAY_8 + timedelta(days=7))
ONE, OTHER = CLINICIANS


def hours(first, last):
    return Interval(MONDAY_8 + timedelta(hours=first), MONDAY_8 + timedelta(hours=last))


def serves(busy, start, patient=PATIENT):
    return candidate_at(clinic(), Wanted(VISIT, patient), MONDAY_8 + timedelta(hours=start), busy).claims[0].resource


def test_a_wish_goes_before_an_earlier_time_unless_the_patient_is_at_risk():
    wanted = Wanted(VISIT, PATIENT, Wishes(weekdays=(Weekday.WEDNESDAY,)))

    assert best_first(clinic(), wanted, WEEK)[0] == MONDAY_8 + timedelta(days=2)
    assert best_first(clinic(), replace(wanted, urgency=Urgency.URGENT), WEEK)[0] == MONDAY_8


def test_whoever_has_least_work_on_that_day_serves():
    for busy_one, free_one in ((ONE, OTHER), (OTHER, ONE)):
        assert serves({busy_one.id: [hours(0, 3)]}, 5) == free_one


def test_work_on_another_day_does_not_count():
    chosen = {serves({ONE.id: [hours(24, 29)]}, 2, UUID(int=n)) for n in range(20)}

    assert chosen == {ONE, OTHER}


def test_of_those_with_as_much_work_the_one_with_no_pause_before_it_serves():
    for near, far in ((ONE, OTHER), (OTHER, ONE)):
        assert serves({near.id: [hours(3, 4)], far.id: [hours(1, 2)]}, 4) == near


def test_equal_ones_are_spread_over_patients():
    assert {serves({}, 4, UUID(int=n)) for n in range(20)} == {ONE, OTHER}
