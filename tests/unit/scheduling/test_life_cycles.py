"""What can become of an appointment, a consultation and a session."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.scheduling.domain.appointment import (
    AHEAD,
    MOVABLE,
    Appointment,
    AppointmentIsOver,
    AppointmentState,
    Booking,
    NotTimeYet,
)
from services.scheduling.domain.consultation import Consultation, ConsultationState, Request
from services.scheduling.domain.on_its_day import NotItsDay
from services.scheduling.domain.session import (
    Session,
    SessionAlreadyRecorded,
    SessionNotBooked,
    SessionState,
)
from services.scheduling.domain.session_record import SessionRecord, instants, wrong_end, wrong_start
from services.scheduling.domain.slots import Wanted, candidate_at
from services.scheduling.domain.wall_clock import Which
from shared.events.session import Outcome, Severity
from shared.events.values import Disposition, Urgency, Wishes
from tests.unit.scheduling.examples import CLINIC_ID, PATIENT, VISIT, clinic, wall

MONDAY_8 = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
NOW = MONDAY_8 + timedelta(hours=3)
DENVER = "America/Denver"


def appointment(state=AppointmentState.BOOKED):
    candidate = candidate_at(clinic(), Wanted(VISIT, PATIENT), MONDAY_8, {})
    booking = Booking(CLINIC_ID, PATIENT, "America/Denver", consultation_id=UUID(int=5))
    return replace(Appointment.book(booking, candidate), state=state)


def test_a_booked_appointment_keeps_what_the_clinics_clock_showed():
    assert appointment().local_start == wall("2026-06-15 08:00")
    assert appointment().told().zone == "America/Denver"


@pytest.mark.parametrize("state", sorted(AHEAD))
def test_what_has_not_begun_can_be_cancelled_and_the_patient_will_notice(state):
    before = appointment(state)
    after = before.cancel()

    assert (after.state, after.revision, after.id) == (AppointmentState.CANCELLED, before.revision + 1, before.id)
    assert after.cancel() is after


@pytest.mark.parametrize("state", [AppointmentState.IN_PROGRESS, AppointmentState.COMPLETED, AppointmentState.MISSED])
def test_what_has_begun_or_is_over_cannot_be_cancelled(state):
    with pytest.raises(AppointmentIsOver):
        appointment(state).cancel()


def test_completing_is_no_news_for_the_patient():
    before = appointment()
    after = before.complete(NOW)

    assert (after.state, after.revision, after.version, after.ended_at) == (AppointmentState.COMPLETED, 1, 2, NOW)
    assert after.complete(NOW + timedelta(hours=1)) is after


def test_what_was_cancelled_cannot_be_completed():
    with pytest.raises(AppointmentIsOver):
        appointment(AppointmentState.CANCELLED).complete(NOW)


def test_who_arrives_is_no_news_for_the_patient_and_pressed_twice_the_first_counts():
    once = appointment().arrive(NOW)

    assert (once.state, once.arrived_at, once.revision, once.version) == (AppointmentState.ARRIVED, NOW, 1, 2)
    assert once.arrive(NOW + timedelta(minutes=5)) is once


def test_a_mistaken_press_is_taken_back_and_leaves_no_arrival():
    back = appointment().arrive(NOW).take_arrival_back()

    assert (back.state, back.arrived_at, back.version) == (AppointmentState.BOOKED, None, 3)
    assert back.take_arrival_back() is back


def test_whoever_is_seen_has_arrived():
    begun = appointment().begin(NOW)

    assert (begun.state, begun.arrived_at, begun.began_at) == (AppointmentState.IN_PROGRESS, NOW, NOW)
    assert appointment().arrive(MONDAY_8).begin(NOW).arrived_at == MONDAY_8


@pytest.mark.parametrize("said", [Appointment.arrive, Appointment.begin], ids=["arrive", "begin"])
class TestOnItsDay:
    """The 15th, at the clinic from six hours after midnight UTC on."""

    @pytest.mark.parametrize("hours", [-8, -1, 0, 11])
    def test_early_and_late_are_the_same_day(self, said, hours):
        assert said(appointment(), MONDAY_8 + timedelta(hours=hours)).arrived_at is not None

    def test_before_its_day_the_plan_is_changed_first(self, said):
        with pytest.raises(NotItsDay, match=r"This visit is on Monday, June 15\. Move it to today first\."):
            said(appointment(), MONDAY_8 - timedelta(hours=8, seconds=1))

    def test_after_its_day_it_is_said_what_became_of_it(self, said):
        with pytest.raises(NotItsDay, match=r"This visit was on Monday, June 15\. Say what became of it"):
            said(appointment(), MONDAY_8 + timedelta(hours=16))

    @pytest.mark.parametrize("minutes", [-60, 30 + 60])
    def test_around_midnight_the_day_beside_is_no_other(self, said, minutes):
        midnight = MONDAY_8 - timedelta(hours=8)
        at_midnight = replace(appointment(), starts_at=midnight, ends_at=midnight + timedelta(minutes=30))

        assert said(at_midnight, midnight + timedelta(minutes=minutes)).arrived_at is not None


def test_who_was_here_has_not_arrived_for_another_day():
    here = appointment().arrive(MONDAY_8)
    later, tomorrow = (
        candidate_at(clinic(), Wanted(VISIT, PATIENT), MONDAY_8 + timedelta(hours=hours), {}) for hours in (1, 24)
    )

    assert (here.move(later).state, here.move(later).arrived_at) == (AppointmentState.ARRIVED, MONDAY_8)
    assert (here.move(tomorrow).state, here.move(tomorrow).arrived_at) == (AppointmentState.BOOKED, None)


def test_a_mistaken_begin_is_taken_back_to_what_was_before():
    here = appointment().arrive(MONDAY_8).begin(NOW).take_begin_back()
    booked = appointment().begin(NOW).take_begin_back()

    assert (here.state, here.arrived_at, here.began_at) == (AppointmentState.ARRIVED, MONDAY_8, None)
    assert (booked.state, booked.arrived_at, booked.began_at) == (AppointmentState.BOOKED, None, None)
    assert booked.take_begin_back() is booked


def test_nothing_is_over_before_its_time_unless_the_patient_is_here():
    early = MONDAY_8 - timedelta(seconds=1)

    with pytest.raises(NotTimeYet):
        appointment().must_have_come(early)
    appointment().must_have_come(MONDAY_8)
    appointment().arrive(early).must_have_come(early)


def test_nobody_has_missed_what_has_not_begun():
    with pytest.raises(NotTimeYet):
        appointment().miss(MONDAY_8 - timedelta(seconds=1))

    missed = appointment().miss(MONDAY_8)
    assert (missed.state, missed.revision) == (AppointmentState.MISSED, 2)
    assert missed.miss(NOW) is missed


@pytest.mark.parametrize("state", [AppointmentState.ARRIVED, AppointmentState.IN_PROGRESS, AppointmentState.COMPLETED])
def test_whoever_is_here_has_not_missed_it(state):
    with pytest.raises(AppointmentIsOver):
        appointment(state).miss(NOW)


@pytest.mark.parametrize("state", sorted(set(AppointmentState) - MOVABLE))
def test_what_has_begun_or_ended_is_not_moved(state):
    with pytest.raises(AppointmentIsOver):
        appointment(state).must_be_movable()


def request(version=1, *, withdrawn=False, urgency=Urgency.ROUTINE, disposition=Disposition.BOOK):
    return Request(
        UUID(int=7), CLINIC_ID, PATIENT, "TSC-4K7Q2M", disposition, urgency, Wishes(), NOW, withdrawn, version
    )


def test_an_older_state_of_the_request_changes_nothing():
    consultation = Consultation.unheard(request(2)).heard(request(2, withdrawn=True))

    assert consultation.heard(request(1)) is consultation
    assert not consultation.may_be_booked(request(1))


def test_a_request_that_awaits_a_decision_is_booked_only_when_it_is_cleared():
    consultation = Consultation.unheard(request()).heard(request(disposition=Disposition.AWAIT))

    assert not consultation.may_be_booked(request(disposition=Disposition.AWAIT))
    assert consultation.heard(request(2)).may_be_booked(request(2))


def test_urgency_is_never_lowered():
    consultation = Consultation.unheard(request(urgency=Urgency.SOON)).at_risk().heard(request(2))

    assert consultation.urgency is Urgency.URGENT


@pytest.mark.parametrize("state", [ConsultationState.COMPLETED, ConsultationState.MISSED, ConsultationState.CANCELLED])
def test_a_consultation_that_is_over_is_not_cancelled(state):
    assert not replace(Consultation.unheard(request()), state=state).can_be_cancelled


def session(state=SessionState.BOOKED):
    return replace(Session.book(clinic_id=CLINIC_ID, patient_id=PATIENT, prescriber_id=UUID(int=8)), state=state)


def record(**changed):
    known = SessionRecord(MONDAY_8, MONDAY_8 + timedelta(minutes=85), Outcome.FULL, Severity.MILD, 35.0)
    return replace(known, **changed)


def test_the_same_record_twice_is_one_completion():
    once = session().complete(record(), by=UUID(int=3), now=NOW)

    assert once.complete(record(), by=UUID(int=4), now=NOW + timedelta(hours=1)) is once


def test_another_record_does_not_replace_the_first():
    once = session().complete(record(), by=UUID(int=3), now=NOW)

    with pytest.raises(SessionAlreadyRecorded):
        once.complete(record(outcome=Outcome.TRANSFERRED), by=UUID(int=3), now=NOW)


@pytest.mark.parametrize("state", sorted(set(SessionState) - {SessionState.BOOKED, SessionState.COMPLETED}))
def test_only_what_is_booked_is_recorded(state):
    with pytest.raises(SessionNotBooked):
        session(state).complete(record(), by=UUID(int=3), now=NOW)


@pytest.mark.parametrize("state", sorted(set(SessionState) - {SessionState.BOOKED, SessionState.CANCELLED}))
def test_only_what_is_booked_is_cancelled(state):
    with pytest.raises(SessionNotBooked):
        session(state).cancel()


def test_a_start_must_be_on_the_planned_day_and_not_ahead():
    assert wrong_start(MONDAY_8, MONDAY_8, DENVER, NOW) is None
    assert "future" in (wrong_start(NOW + timedelta(minutes=1), MONDAY_8, DENVER, NOW) or "")
    assert "not on the day" in (wrong_start(MONDAY_8 - timedelta(hours=25), MONDAY_8, DENVER, NOW) or "")


@pytest.mark.parametrize(("hours", "asked"), [(-9, True), (-8, False), (15, False), (16, True)])
def test_the_planned_day_is_the_one_of_the_clinics_clock(hours, asked):
    """From midnight to midnight, eight hours before the plan and sixteen after."""
    began = MONDAY_8 + timedelta(hours=hours)

    assert bool(wrong_start(began, MONDAY_8, DENVER, began)) is asked
    assert wrong_start(began, MONDAY_8, DENVER, began, another_day=True) is None


def test_an_end_must_follow_its_start_within_twelve_hours():
    assert wrong_end(MONDAY_8 + timedelta(hours=1), MONDAY_8, NOW) is None
    assert "after the start" in (wrong_end(MONDAY_8, MONDAY_8, NOW) or "")
    assert "future" in (wrong_end(NOW + timedelta(minutes=1), MONDAY_8, NOW) or "")
    assert "12 hours" in (wrong_end(NOW, NOW - timedelta(hours=13), NOW) or "")


def test_a_session_through_the_repeated_hour_has_its_true_length():
    (start,), (end,) = instants(wall("2026-11-01 01:50"), wall("2026-11-01 01:10"), "America/Denver")

    assert end - start == timedelta(minutes=20)


def test_a_time_that_comes_twice_is_asked_for_unless_the_other_one_decides():
    starts, ends = instants(wall("2026-11-01 01:10"), wall("2026-11-01 01:50"), "America/Denver")
    assert (len(starts), len(ends)) == (2, 2)

    (start,), (end,) = instants(wall("2026-11-01 01:10"), wall("2026-11-01 01:50"), "America/Denver", Which.SECOND)
    assert (start, end) == (datetime(2026, 11, 1, 8, 10, tzinfo=UTC), datetime(2026, 11, 1, 8, 50, tzinfo=UTC))

    (start,), (end,) = instants(
        wall("2026-11-01 01:10"), wall("2026-11-01 01:50"), "America/Denver", which_end=Which.FIRST
    )
    assert (start, end) == (datetime(2026, 11, 1, 7, 10, tzinfo=UTC), datetime(2026, 11, 1, 7, 50, tzinfo=UTC))


def test_what_was_said_of_a_time_that_comes_once_means_nothing():
    assert instants(wall("2026-11-02 01:10"), wall("2026-11-02 01:50"), "America/Denver", Which.SECOND) == instants(
        wall("2026-11-02 01:10"), wall("2026-11-02 01:50"), "America/Denver"
    )


def test_a_time_that_the_clock_skipped_is_no_instant():
    start, end = instants(wall("2026-03-08 02:30"), wall("2026-03-08 03:30"), "America/Denver")

    assert start == []
    assert end == [datetime(2026, 3, 8, 9, 30, tzinfo=UTC)]
