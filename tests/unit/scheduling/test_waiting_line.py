"""Who is asked first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.domain.consultation import Consultation, ConsultationState, Request
from services.scheduling.domain.waiting_line import BAND, Free, Waiting, line, too_many
from shared.events.values import DayPart, Disposition, Urgency, Wishes
from shared.ids import uuid7
from tests.unit.scheduling.examples import CLINIC_ID

ZONE = "America/Denver"
NOW = datetime(2026, 6, 15, 18, 0, tzinfo=UTC)
MORNING = datetime(2026, 6, 17, 15, 0, tzinfo=UTC)
EVENING = datetime(2026, 6, 17, 23, 30, tzinfo=UTC)
IN_THE_EVENING = Wishes(day_parts=(DayPart.EVENING,))


def waits(hours=1, urgency=Urgency.ROUTINE, wishes=None, asked=()):
    request = Request(
        uuid7(), CLINIC_ID, uuid7(), "TSC-1", Disposition.BOOK, urgency, wishes or Wishes(), NOW - timedelta(hours=hours),
        False, 1,
    )  # fmt: skip
    consultation = replace(Consultation.unheard(request).heard(request), state=ConsultationState.WAITLISTED)
    return Waiting(consultation, frozenset(asked))


def times(*starts):
    return Free(starts, timedelta(minutes=45), ZONE)


def first(*waiting, free=(MORNING,)):
    return line(waiting, times(*free), NOW)[0]


def test_the_more_urgent_comes_first_however_long_others_wait():
    urgent = waits(hours=1, urgency=Urgency.URGENT)

    assert first(waits(hours=1000), urgent) is urgent


def test_who_waits_longer_comes_first():
    older = waits(hours=3)

    assert first(waits(hours=2), older) is older


def test_within_a_week_whom_it_suits_comes_first():
    suited = waits(hours=2)

    assert first(waits(hours=3, wishes=IN_THE_EVENING), suited) is suited


def test_who_waits_a_week_longer_comes_first_also_for_what_they_did_not_wish():
    older = waits(hours=24 * 8, wishes=IN_THE_EVENING)

    assert first(waits(hours=2), older) is older


def test_wishes_of_the_urgent_let_nobody_overtake_them():
    older = waits(hours=3, urgency=Urgency.URGENT, wishes=IN_THE_EVENING)

    assert first(waits(hours=2, urgency=Urgency.URGENT), older) is older


def test_the_best_of_several_is_offered():
    assert waits(wishes=IN_THE_EVENING).starts(times(MORNING, EVENING)) == [EVENING, MORNING]


def test_what_somebody_was_asked_for_once_goes_to_the_next():
    next_one = waits(hours=2)

    assert line([waits(hours=3, asked=[MORNING]), next_one], times(MORNING), NOW) == [next_one]


def test_a_quarter_of_an_hour_later_is_the_same_time():
    later = MORNING + timedelta(minutes=15)

    assert waits(asked=[MORNING]).starts(times(MORNING, later, EVENING)) == [EVENING]


people = st.builds(
    waits,
    st.integers(1, 1000),
    st.sampled_from(Urgency),
    st.sampled_from([Wishes(), IN_THE_EVENING]),
)


@given(st.lists(people, max_size=8), st.lists(st.sampled_from([MORNING, EVENING]), min_size=1, unique=True))
def test_nobody_is_overtaken_without_a_reason(waiting, free):
    """The reason is urgency, a week, or a better fit; and nobody is left out."""
    order = line(waiting, times(*free), NOW)

    assert sorted(id(one) for one in order) == sorted(id(one) for one in waiting)
    rank = {Urgency.URGENT: 0, Urgency.SOON: 1, Urgency.ROUTINE: 2}
    for before, behind in combinations(order, 2):
        one, other = before.consultation, behind.consultation
        assert rank[one.urgency] <= rank[other.urgency]
        if one.urgency is other.urgency and one.requested_at > other.requested_at:
            assert one.urgency is not Urgency.URGENT
            assert (other.wishes, one.wishes) == (IN_THE_EVENING, Wishes())
            assert EVENING not in free
            assert (NOW - other.requested_at) // BAND == (NOW - one.requested_at) // BAND


def test_where_each_may_have_a_time_of_their_own_nobody_is_too_many():
    assert too_many([waits(), waits()], times(MORNING, EVENING)) == 0


def test_who_finds_only_what_those_in_front_take_is_too_many():
    assert too_many([waits(), waits(), waits(asked=[EVENING])], times(MORNING, EVENING)) == 1


def test_a_quarter_of_an_hour_later_is_no_time_of_their_own():
    assert too_many([waits(), waits()], times(MORNING, MORNING + timedelta(minutes=15))) == 1


def test_two_who_are_free_at_one_start_are_two_times():
    free = replace(
        times(MORNING, MORNING + timedelta(minutes=15)), room={MORNING: 2, MORNING + timedelta(minutes=15): 2}
    )

    assert too_many([waits(), waits()], free) == 0
    assert too_many([waits(), waits(), waits()], free) == 1
