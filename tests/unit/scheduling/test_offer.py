"""Few times to choose from, spread over days and their parts."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.offer import MOST, MOST_A_PART, to_choose_from
from services.scheduling.domain.slots import Wanted, best_first, candidates
from services.scheduling.domain.wall_clock import reads
from services.scheduling.domain.wishes import part_of_day
from shared.events.values import DayPart, Wishes
from tests.unit.scheduling.examples import PATIENT, VISIT, clinic

MONDAY_8 = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
ZONE = "America/Denver"
FORTNIGHT = Interval(MONDAY_8, MONDAY_8 + timedelta(days=14))


def offered(wishes=None, window=FORTNIGHT):
    wanted = Wanted(VISIT, PATIENT, wishes or Wishes())
    return to_choose_from(candidates(clinic(), wanted, best_first(clinic(), wanted, window), {}), ZONE)


def parts(starts):
    return Counter((reads(at, ZONE).date(), part_of_day(reads(at, ZONE).time())) for at in starts)


def test_a_few_of_each_part_of_a_day():
    starts = offered()

    assert len(starts) == MOST
    assert set(parts(starts).values()) == {MOST_A_PART}
    assert starts == sorted(starts)


def test_none_overlaps_another():
    starts = offered()

    assert all(later - earlier >= VISIT.length for earlier, later in pairwise(starts))


def test_what_is_wished_for_comes_before_the_rest():
    assert {part for _, part in parts(offered(Wishes(day_parts=(DayPart.AFTERNOON,))))} == {DayPart.AFTERNOON}


def test_the_time_that_is_kept_is_always_among_them():
    kept = Interval(MONDAY_8 + timedelta(hours=1, minutes=15), MONDAY_8 + timedelta(hours=2))
    found = candidates(clinic(), Wanted(VISIT, PATIENT), best_first(clinic(), Wanted(VISIT, PATIENT), FORTNIGHT), {})

    starts = to_choose_from(found, ZONE, kept)

    assert kept.start in starts
    assert all(later - earlier >= VISIT.length for earlier, later in pairwise(starts))


def test_all_there_is_when_there_is_little():
    assert len(offered(window=Interval(MONDAY_8, MONDAY_8 + timedelta(hours=2)))) == 2
