"""Who races picks one after another, without gaps that fit nobody."""

from uuid import UUID

from services.scheduling.domain.slots import Wanted, best_first, candidates
from services.scheduling.domain.turns import pick
from tests.unit.scheduling.examples import PATIENT, VISIT, clinic
from tests.unit.scheduling.test_slots import MONDAY_8, minutes, week


def picked(patient, losses):
    wanted = Wanted(VISIT, patient)
    starts = best_first(clinic(), wanted, week())
    return pick(lambda at: candidates(clinic(), wanted, at, {}), starts, patient, losses)


def test_who_lost_no_race_has_the_best_time():
    assert picked(PATIENT, 0).during.start == MONDAY_8


def test_who_lost_races_spread_over_times_that_follow_each_other():
    starts = {picked(UUID(int=n), 3).during.start for n in range(200)}

    assert starts == {MONDAY_8 + minutes(45 * turn) for turn in range(8)}


def test_where_nothing_is_left_nothing_is_picked():
    assert pick(lambda _: [], [MONDAY_8], PATIENT, 5) is None


def test_a_time_that_would_overlap_an_earlier_turn_is_not_even_looked_at():
    looked_at = []

    def find(at):
        for candidate in candidates(clinic(), Wanted(VISIT, PATIENT), at, {}):
            looked_at.append(candidate.during.start)
            yield candidate

    pick(find, best_first(clinic(), Wanted(VISIT, PATIENT), week()), PATIENT, 3)

    assert looked_at == [MONDAY_8 + minutes(45 * turn) for turn in range(8)]
