"""Where a day does not go as planned: what is shown, and what is proposed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.day_conflicts import SLACK, ConflictKind, Placed, conflicts, taken_beyond_plan
from services.scheduling.domain.interval import Interval

NINE = datetime(2026, 6, 15, 15, 0, tzinfo=UTC)
CHAIR, OTHER_CHAIR = UUID(int=11), UUID(int=12)


def at(minutes):
    return NINE + timedelta(minutes=minutes)


def placed(number, start, end, *, chair=CHAIR, patient=None, state=AppointmentState.BOOKED, **went):
    planned, patient = Interval(at(start), at(end)), patient or UUID(int=900 + number)
    return Placed(
        UUID(int=number), patient, Purpose.SESSION, state, planned, {chair: planned, patient: planned}, **went
    )


BEGUN_LATE = placed(1, 0, 60, state=AppointmentState.IN_PROGRESS, arrived_at=at(0), began_at=at(20))
NEXT = placed(2, 60, 120)
ELSEWHERE = placed(2, 60, 120, chair=OTHER_CHAIR)
PATIENT = UUID(int=77)


def test_a_day_that_goes_as_planned_has_none():
    begun = replace(BEGUN_LATE, began_at=at(0))

    assert conflicts([begun, NEXT], at(30)) == []


def test_what_begins_late_ends_late_and_the_next_is_proposed_on_the_next_quarter():
    (found,) = conflicts([BEGUN_LATE, NEXT], at(30))

    assert (found.kind, found.of, found.hits, found.resource_id) == (
        ConflictKind.OVERRUN,
        UUID(int=1),
        UUID(int=2),
        CHAIR,
    )
    assert (found.until, found.proposed) == (at(80), at(90))


def test_what_lasts_on_and_on_pushes_the_next_further():
    (found,) = conflicts([replace(BEGUN_LATE, began_at=at(0)), NEXT], at(100))

    assert (found.until, found.proposed) == (at(105), at(105))


def test_another_chair_is_not_in_the_way():
    assert conflicts([BEGUN_LATE, placed(2, 60, 120, chair=OTHER_CHAIR)], at(30)) == []


def test_a_patient_who_is_still_being_seen_is_not_free_for_their_next_appointment():
    begun, other = (
        replace(one, patient_id=PATIENT, taken=one.taken | {PATIENT: one.planned}) for one in (BEGUN_LATE, ELSEWHERE)
    )

    (found,) = conflicts([begun, other], at(30))

    assert (found.of, found.hits, found.resource_id, found.until) == (begun.id, other.id, PATIENT, at(80))


def test_another_seat_of_the_same_nurse_does_as_well_while_it_is_free():
    alike = {CHAIR: [OTHER_CHAIR], OTHER_CHAIR: [CHAIR]}

    assert conflicts([BEGUN_LATE, NEXT], at(30), alike) == []
    assert len(conflicts([BEGUN_LATE, NEXT, placed(3, 90, 150, chair=OTHER_CHAIR)], at(30), alike)) == 1


def test_one_free_seat_serves_one_of_two_who_wait():
    third = UUID(int=13)
    alike = {CHAIR: [OTHER_CHAIR, third], OTHER_CHAIR: [CHAIR, third]}
    beside = placed(3, 0, 60, chair=OTHER_CHAIR, state=AppointmentState.IN_PROGRESS, arrived_at=at(0), began_at=at(20))

    found = conflicts([BEGUN_LATE, NEXT, beside, placed(4, 60, 120, chair=OTHER_CHAIR)], at(30), alike)

    assert len(found) == 1


def test_what_goes_on_takes_its_chair_beyond_its_plan_and_its_patient_all_the_while():
    taken = taken_beyond_plan([BEGUN_LATE, NEXT], at(30))

    assert taken == {CHAIR: [Interval(at(60), at(80))], BEGUN_LATE.patient_id: [Interval(at(0), at(80))]}
    assert taken_beyond_plan([replace(BEGUN_LATE, began_at=at(0))], at(30)) == {
        BEGUN_LATE.patient_id: [BEGUN_LATE.planned]
    }


def test_what_begins_hours_early_takes_its_chair_then_and_keeps_who_comes_meanwhile_waiting():
    begun = placed(1, 240, 300, state=AppointmentState.IN_PROGRESS, arrived_at=at(0), began_at=at(0))
    meanwhile = placed(2, 30, 90)

    (found,) = conflicts([meanwhile, begun], at(10))

    assert (found.of, found.hits, found.until) == (begun.id, meanwhile.id, at(60))
    assert taken_beyond_plan([begun], at(10))[CHAIR] == [Interval(at(0), at(60))]


def test_a_seat_for_a_later_part_is_free_until_that_part_begins_late():
    seat = replace(BEGUN_LATE, taken={CHAIR: Interval(at(0), at(10))}, began_at=at(30))

    assert taken_beyond_plan([seat], at(40))[CHAIR] == [Interval(at(30), at(40))]


def test_a_few_minutes_are_nobodys_trouble():
    begun = replace(BEGUN_LATE, began_at=NINE + SLACK)

    assert conflicts([begun, NEXT], at(30)) == []


def test_what_ended_late_is_in_the_way_until_the_chair_is_free():
    ended = placed(1, 0, 60, state=AppointmentState.COMPLETED, arrived_at=at(0), began_at=at(0), ended_at=at(75))

    assert [one.proposed for one in conflicts([ended, NEXT], at(70))] == [at(75)]
    assert conflicts([ended, NEXT], at(76)) == []


def test_turnover_that_is_planned_comes_after_the_late_end_too():
    chair = {CHAIR: Interval(at(0), at(60))}
    begun = replace(BEGUN_LATE, planned=Interval(at(0), at(50)), taken=chair, began_at=at(20))

    assert [one.until for one in conflicts([begun, NEXT], at(30))] == [at(80)]


def test_whoever_is_here_early_could_be_seen_when_everything_they_need_is_free():
    early = placed(2, 60, 120, state=AppointmentState.ARRIVED, arrived_at=at(10))

    (found,) = conflicts([early], at(20))

    assert (found.kind, found.of, found.hits, found.proposed) == (ConflictKind.EARLY, UUID(int=2), None, at(30))


def test_whoever_is_here_early_waits_while_the_chair_is_taken():
    early = placed(2, 60, 120, state=AppointmentState.ARRIVED, arrived_at=at(10))
    on_time = placed(1, 0, 60, state=AppointmentState.IN_PROGRESS, arrived_at=at(0), began_at=at(0))

    assert conflicts([on_time, early], at(20)) == []
    over = replace(on_time, state=AppointmentState.COMPLETED, ended_at=at(25))
    assert [one.kind for one in conflicts([over, early], at(26))] == [ConflictKind.EARLY]


@given(late=st.integers(0, 180), minute=st.integers(0, 300))
def test_the_proposed_start_is_free_and_no_later_than_it_must_be(late, minute):
    begun = replace(BEGUN_LATE, began_at=at(late))
    for found in conflicts([begun, NEXT], at(max(minute, late))):
        assert found.until <= found.proposed < found.until + timedelta(minutes=15)
        moved = replace(NEXT, planned=Interval(found.proposed, found.proposed + timedelta(hours=1)))
        moved = replace(moved, taken={CHAIR: moved.planned})
        assert conflicts([begun, moved], at(max(minute, late))) == []


@given(st.lists(st.integers(0, 40), max_size=8, unique=True))
def test_a_plan_alone_never_collides(starts):
    day = [placed(n, 15 * start, 15 * start + 15) for n, start in enumerate(starts)]

    assert conflicts(day, at(0)) == []
