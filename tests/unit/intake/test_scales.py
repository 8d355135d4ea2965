"""Published scoring examples, and what must hold for every scale whatever is answered."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.reasons import Reason
from services.intake.domain.refusal import NotPossible
from services.intake.domain.scales import SCALES, Item9, Scale, ScaleCode, scales_for, totals_for
from services.intake.domain.scales.audit_c import AUDIT_C, AUDIT_C_FOR_MEN
from services.intake.domain.scales.dast_10 import DAST_10
from services.intake.domain.scales.gad_7 import GAD_7
from services.intake.domain.scales.pain_nrs import PAIN_NRS
from services.intake.domain.scales.pcl_5 import PCL_5
from services.intake.domain.scales.phq_9 import PHQ_9
from services.intake.domain.scales.totals_only import MADRS, Y_BOCS

WITH_ITEMS = [scale for scale in SCALES.values() if scale.items]


def answered(*values: int | None) -> dict[int, int]:
    """The form filled in from top to bottom; None is skipped."""
    return {number: value for number, value in enumerate(values, start=1) if value is not None}


def band_of(scale: Scale, *values: int | None) -> tuple[int | None, str | None]:
    score = scale.score(answered(*values))
    return score.total, score.band.code if score.band else None


def test_phq_9_adds_up_its_items():
    assert band_of(PHQ_9, 2, 2, 1, 3, 1, 2, 3, 2, 0) == (16, "moderately-severe")


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately-severe"),
        (20, "severe"),
    ],
)
def test_phq_9_changes_its_band_at_the_published_cut_points(total: int, band: str):
    found = PHQ_9.band_of(total)

    assert found is not None
    assert found.code == band


def test_phq_9_prorates_up_to_two_skipped_items():
    score = PHQ_9.score(answered(2, 2, None, 2, 2, 2, None, 2, 0))

    assert (score.total, score.prorated, score.missing) == (15, True, (3, 7))


def test_phq_9_with_three_skipped_items_has_no_total():
    score = PHQ_9.score(answered(3, 3, None, 3, None, 3, None, 3, 1))

    assert (score.total, score.band, score.item_9) == (None, None, Item9.ABOVE_ZERO)


def test_phq_9_says_that_item_9_was_skipped_also_when_it_prorates():
    score = PHQ_9.score(answered(1, 1, 1, 1, 1, 1, 1, 1, None))

    assert (score.total, score.item_9) == (9, Item9.MISSING)


@pytest.mark.parametrize(
    ("total", "band"), [(4, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe"), (21, "severe")]
)
def test_gad_7_changes_its_band_at_the_published_cut_points(total: int, band: str):
    found = GAD_7.band_of(total)

    assert found is not None
    assert found.code == band


def test_gad_7_makes_nothing_up_for_a_skipped_item():
    assert band_of(GAD_7, 1, 1, 1, 1, 1, 1, None) == (None, None)


def test_pcl_5_suggests_ptsd_from_31():
    assert band_of(PCL_5, *[2] * 10, *[1] * 10) == (30, "below")
    assert band_of(PCL_5, *[2] * 11, *[1] * 9) == (31, "at-cut-point")


def test_audit_c_of_three_is_positive_unless_for_a_man():
    weekly = answered(3, 0, 0)

    assert AUDIT_C.score(weekly).band is AUDIT_C.bands[1]
    assert AUDIT_C_FOR_MEN.score(weekly).band is AUDIT_C_FOR_MEN.bands[0]
    assert AUDIT_C_FOR_MEN.score(answered(3, 1, 0)).band is AUDIT_C_FOR_MEN.bands[1]


def test_dast_10_counts_being_unable_to_stop():
    yes_to_all = {
        item.number: next(c.value for c in item.choices if c.words.in_language("en") == "Yes") for item in DAST_10.items
    }

    assert yes_to_all[3] == 0
    assert DAST_10.score(yes_to_all).total == 9


def test_somebody_who_never_uses_drugs_scores_nothing():
    no_but_able_to_stop = answered(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    assert band_of(DAST_10, *no_but_able_to_stop.values()) == (0, "negative")
    assert DAST_10.items[2].choices[0].words.in_language("es") == "Sí"


@pytest.mark.parametrize(("pain", "band"), [(0, "none"), (3, "mild"), (4, "moderate"), (6, "moderate"), (7, "severe")])
def test_pain_is_its_own_total(pain: int, band: str):
    assert band_of(PAIN_NRS, pain) == (pain, band)


def test_a_licensed_scale_takes_a_total_and_no_answers():
    assert Y_BOCS.of_total(24).band is Y_BOCS.bands[3]
    with pytest.raises(NotPossible):
        Y_BOCS.score({1: 2})
    with pytest.raises(NotPossible, match="from 0 to 60"):
        MADRS.of_total(61)


@pytest.mark.parametrize("answers", [{10: 1}, {1: 4}, {1: -1}, {0: 0}])
def test_what_is_not_on_the_form_is_refused(answers: dict[int, int]):
    with pytest.raises(NotPossible):
        PHQ_9.score(answers)


def test_everybody_is_asked_something_and_each_scale_once():
    for reason in Reason:
        assert scales_for([reason])
    assert [scale.code for scale in scales_for(list(Reason))] == [scale.code for scale in WITH_ITEMS]


def test_staff_may_add_the_total_of_a_licensed_form():
    assert [scale.code for scale in totals_for([Reason.OCD])] == [ScaleCode.Y_BOCS]


@st.composite
def forms(draw: st.DrawFn, *, complete: bool = False) -> tuple[Scale, dict[int, int]]:
    """A scale, filled in as somebody could."""
    scale = draw(st.sampled_from([*WITH_ITEMS, AUDIT_C_FOR_MEN]))
    given_ = {
        item.number: st.sampled_from([choice.value for choice in item.choices])
        | (st.nothing() if complete else st.none())
        for item in scale.items
    }
    return scale, {number: value for number, value in draw(st.fixed_dictionaries(given_)).items() if value is not None}


@given(forms())
def test_a_total_is_within_its_range_and_has_a_band(form: tuple[Scale, dict[int, int]]):
    scale, answers = form
    score = scale.score(answers)

    if score.total is None:
        assert len(score.missing) > scale.may_be_missing
    else:
        assert scale.lowest <= score.total <= scale.highest
        assert score.band in scale.bands


@given(forms(), st.data())
def test_a_graver_answer_never_lowers_a_total(form: tuple[Scale, dict[int, int]], data: st.DataObject):
    scale, answers = form
    number = data.draw(st.sampled_from(sorted(answers))) if answers else None
    if number is None:
        return
    values = sorted(choice.value for choice in scale.items[number - 1].choices)
    graver = data.draw(st.sampled_from([value for value in values if value >= answers[number]]))

    before, after = scale.score(answers).total, scale.score(answers | {number: graver}).total

    assert (before is None) == (after is None)
    assert before is None or after is None or before <= after


@given(forms(), st.randoms())
def test_the_order_of_answers_means_nothing(form: tuple[Scale, dict[int, int]], random: Random):
    scale, answers = form
    shuffled = list(answers.items())
    random.shuffle(shuffled)

    assert scale.score(dict(shuffled)) == scale.score(answers)


@given(forms(complete=True))
def test_a_form_without_gaps_is_the_sum_of_its_answers(form: tuple[Scale, dict[int, int]]):
    scale, answers = form

    assert scale.score(answers).total == sum(answers.values())
    assert not scale.score(answers).prorated


@pytest.mark.parametrize("scale", [*SCALES.values(), AUDIT_C_FOR_MEN], ids=lambda scale: scale.code)
def test_bands_cover_the_range_without_gap_or_overlap(scale: Scale):
    covered = [total for band in scale.bands for total in range(band.lowest, band.highest + 1)]

    assert covered == (list(range(scale.lowest, scale.highest + 1)) if scale.bands else [])


@pytest.mark.parametrize("scale", WITH_ITEMS, ids=lambda scale: scale.code)
def test_every_question_and_answer_is_there_in_spanish(scale: Scale):
    asked = [*([scale.stem] if scale.stem else []), *(item.asks for item in scale.items)]
    chosen = [choice.words for item in scale.items for choice in item.choices]

    for said in asked:
        assert said.in_language("es") != said.in_language("en"), said
    for said in (*asked, *chosen):
        assert said.in_language("es").strip()
        assert said.in_language("es-MX") == said.in_language("es")
        if any(letter.isalpha() for letter in said.in_language("en").replace("No", "")):
            assert "es" in dict(said.by_language), said


def test_only_published_wordings_are_called_validated():
    assert {scale.code for scale in WITH_ITEMS if scale.translated} == {ScaleCode.PCL_5, ScaleCode.DAST_10}


@pytest.mark.parametrize("scale", WITH_ITEMS, ids=lambda scale: scale.code)
def test_the_range_is_what_the_choices_allow(scale: Scale):
    lowest = sum(min(choice.value for choice in item.choices) for item in scale.items)
    highest = sum(max(choice.value for choice in item.choices) for item in scale.items)

    assert (lowest, highest) == (scale.lowest, scale.highest)
