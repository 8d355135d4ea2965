"""Response and remission against the first total."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.scales import SCALES
from services.intake.domain.scales.gad_7 import GAD_7
from services.intake.domain.scales.pain_nrs import PAIN_NRS
from services.intake.domain.scales.pcl_5 import PCL_5
from services.intake.domain.scales.phq_9 import PHQ_9
from services.intake.domain.scales.progress import Goals, Progress, progress
from services.intake.domain.scales.scale import Scale

WITH_GOALS = [scale for scale in SCALES.values() if scale.goals]


def since(scale: Scale, baseline: int, now: int) -> Progress:
    assert scale.goals
    return progress(scale.goals, baseline, now)


def test_phq_9_responds_at_half_and_remits_under_five():
    assert since(PHQ_9, 18, 9) == Progress(response=True, substantial=None, relevant=None, remission=False)
    assert since(PHQ_9, 18, 10).response is False
    assert since(PHQ_9, 18, 4).remission is True
    assert since(PHQ_9, 18, 5).remission is False


def test_who_was_never_depressed_is_not_in_remission():
    assert since(PHQ_9, 3, 2).remission is False


def test_nothing_is_no_response_of_nothing():
    assert since(PHQ_9, 0, 0).response is False


def test_gad_7_says_whether_a_change_is_real():
    assert since(GAD_7, 12, 8) == Progress(response=False, substantial=None, relevant=True, remission=None)


def test_pcl_5_responds_at_ten_points():
    assert since(PCL_5, 50, 40).response is True
    assert since(PCL_5, 50, 41).response is False


@pytest.mark.parametrize(("now", "response", "substantial"), [(6, True, False), (7, False, False), (4, True, True)])
def test_pain_responds_at_two_points_and_substantially_at_half(now: int, response: bool, substantial: bool):
    found = since(PAIN_NRS, 8, now)

    assert (found.response, found.substantial) == (response, substantial)


def test_mild_pain_responds_by_its_share():
    assert since(PAIN_NRS, 3, 2).response is True


@given(st.sampled_from(WITH_GOALS), st.data())
def test_a_lower_total_never_takes_a_goal_away(scale: Scale, data: st.DataObject):
    totals = st.integers(scale.lowest, scale.highest)
    baseline, now = data.draw(totals), data.draw(totals)
    lower = data.draw(st.integers(scale.lowest, now))

    before, after = since(scale, baseline, now), since(scale, baseline, lower)

    for goal in ("response", "substantial", "relevant", "remission"):
        assert not getattr(before, goal) or getattr(after, goal)


def test_a_scale_without_goals_says_nothing():
    assert progress(Goals(), 10, 0) == Progress(None, None, None, None)
