"""A deadline has passed: what stands in the way of being seen."""

from dataclasses import replace

import pytest

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.late import NOT_RECORDED_AFTER, look_at_passed
from shared.events.consultation import LateBecause
from tests.unit.scheduling.test_life_cycles import appointment

BOOKED = appointment()
BEFORE, ITS_TIME = BOOKED.starts_at.replace(hour=0), BOOKED.starts_at


@pytest.mark.parametrize(
    ("state", "because"),
    [
        (ConsultationState.AWAITING, LateBecause.UNDECIDED),
        (ConsultationState.WAITLISTED, LateBecause.NO_TIME),
        (ConsultationState.MISSED, LateBecause.MISSED),
        (ConsultationState.BOOKED, LateBecause.NO_TIME),
        (ConsultationState.COMPLETED, None),
        (ConsultationState.CANCELLED, None),
    ],
)
def test_without_an_appointment_the_state_says_why(state, because):
    assert look_at_passed(state, None, BEFORE) is because


def test_what_is_booked_later_says_so_until_it_begins():
    assert look_at_passed(ConsultationState.BOOKED, BOOKED, BEFORE) is LateBecause.BOOKED_LATER


def test_what_may_be_taking_place_is_looked_at_once_somebody_has_had_time_to_record_it():
    recorded_by = BOOKED.ends_at + NOT_RECORDED_AFTER

    assert look_at_passed(ConsultationState.BOOKED, BOOKED, ITS_TIME) == recorded_by
    assert look_at_passed(ConsultationState.BOOKED, BOOKED, recorded_by) is LateBecause.NOT_RECORDED


@pytest.mark.parametrize("state", [AppointmentState.ARRIVED, AppointmentState.IN_PROGRESS, AppointmentState.COMPLETED])
def test_who_is_there_is_not_late(state):
    there = replace(BOOKED, state=state)

    assert look_at_passed(ConsultationState.BOOKED, there, BOOKED.ends_at + NOT_RECORDED_AFTER) is None


@pytest.mark.parametrize("state", [AppointmentState.CANCELLED, AppointmentState.MISSED])
def test_a_time_that_is_gone_is_no_time(state):
    assert look_at_passed(ConsultationState.BOOKED, replace(BOOKED, state=state), BEFORE) is LateBecause.NO_TIME
