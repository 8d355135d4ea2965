"""Who races picks one after another, without gaps that fit nobody."""

from uuid import UUID

from services.scheduling.domain.slots import Wanted, best_first, candidates
from services.scheduling.domain.turns import pick
from tests.unit.scheduling.examples import PATIENT, VISIT, clinic
from tests.unit.scheduling.test_slots import MONDAY_8, minutes, week


def picked(patient, losses):
    wanted = Wanted(VISIT, patient)
    return pick(candidates(clinic(), wanted, best_first(clinic(), wanted, week()), {}), patient, losses)


def test_who_lost_no_race_has_the_best_time():
    assert picked(PATIENT, 0).during.start == MONDAY_8


def test_who_lost_races_spread_over_times_that_follow_each_other():
    starts = {picked(UUID(int=n), 3).during.start for n in range(200)}

    assert starts == {MONDAY_8 + minutes(45 * turn) for turn in range(8)}


def test_where_nothing_is_left_nothing_is_picked():
    assert pick([], PATIENT, 5) is None
