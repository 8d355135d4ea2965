"""A diary is a list of what is booked, kept as two columns."""

from datetime import UTC, datetime, timedelta

from services.scheduling.domain.glance import Diary
from services.scheduling.domain.interval import Interval

MONDAY_8 = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
BOOKED = [
    Interval(MONDAY_8 + timedelta(hours=hour), MONDAY_8 + timedelta(hours=hour, minutes=95)) for hour in (0, 2, 4, 7)
]


def test_it_reads_like_the_list_that_it_was_made_of():
    diary = Diary.of(BOOKED)

    assert list(diary) == BOOKED
    assert (len(diary), diary[-1], list(diary[1:3])) == (4, BOOKED[-1], BOOKED[1:3])


def test_what_is_written_stands_in_order_of_time():
    for one in BOOKED:
        diary = Diary.of([other for other in BOOKED if other != one])

        diary.write(one)

        assert list(diary) == BOOKED


def test_what_is_written_twice_stands_there_once():
    diary = Diary.of(BOOKED)

    for one in BOOKED:
        diary.write(one)

    assert list(diary) == BOOKED


def test_it_is_free_between_what_is_booked_and_touching_is_no_overlap():
    diary = Diary.of(BOOKED)

    assert diary.is_free(BOOKED[0].end, BOOKED[1].start)
    assert not diary.is_free(BOOKED[0].end, BOOKED[1].start + timedelta(microseconds=1))
