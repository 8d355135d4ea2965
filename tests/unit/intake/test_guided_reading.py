"""What the clinic reads in the answers of a request: total, whatever was answered and whatever was not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.for_staff import Line, Unplaced, further, of_scale, signs
from services.intake.domain.guided.reading import Reading, read
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import SCALES, ScaleCode
from services.intake.domain.screening import Answer, Outcome, items_to_ask
from services.intake.store.shipped_rules import shipped_rules
from shared.events.risk import RiskLevel
from shared.events.values import Disposition, Urgency

TODAY = date(2027, 3, 9)
RULES = shipped_rules()
OF_AGE = {"born": {"born": ("1984-07-19",)}}


def answered(pages: dict[str, Values]) -> Answers:
    answers = Answers()
    for slug, values in pages.items():
        answers = answers.with_page(slug, values)
    return answers


def healthy(*reasons: Reason, **instead: str) -> dict[str, Values]:
    """Every question of the rules answered so that nothing stands against a consultation."""
    asked = items_to_ask(RULES, reasons)
    clear = {
        item.id: next((one for one in Answer if not item.weighs.of(one).awaits), Answer.NO).value for item in asked
    }
    return {
        **OF_AGE,
        "reasons": {"reasons": reasons},
        "health-all": {name: (instead.get(name, value),) for name, value in clear.items()},
    }


PAGES = st.dictionaries(
    st.sampled_from(["health-heart", "health-body", "health-mind", "health-use"]),
    st.dictionaries(
        st.sampled_from([item.id for item in RULES.items]), st.sampled_from(Answer).map(lambda one: (one.value,))
    ),
)
BORN = st.sampled_from([None, "1984-07-19", "2012-01-01"])
ITEMS = [(scale.code, item) for scale in SCALES.values() for item in scale.items]
SCALE_PAGES = st.lists(st.sampled_from(ITEMS), unique_by=lambda one: (one[0], one[1].number), max_size=40).flatmap(
    lambda chosen: st.fixed_dictionaries(
        {
            f"{code}-{item.number}": st.sampled_from([*(str(choice.value) for choice in item.choices), None])
            for code, item in chosen
        }
    )
)


@given(PAGES, BORN, st.sets(st.sampled_from(Reason)), SCALE_PAGES, st.sampled_from([None, *RiskLevel]))
def test_every_combination_of_answers_has_an_outcome(health, born, reasons, scales, risk):
    pages: dict[str, Values] = {"reasons": {"reasons": tuple(reasons)}, **health}
    pages |= {slug: {slug: (value,)} if value is not None else {} for slug, value in scales.items()}
    pages |= {"born": {"born": (born,)}} if born else {}

    reading = read(answered(pages), RULES, risk, TODAY)

    assert reading.disposition in Disposition
    assert (reading.urgency is Urgency.URGENT) == (risk is not None)
    assert any(found.outcome.awaits for found in reading.findings) == (reading.disposition is Disposition.AWAIT)
    assert TypeAdapter(Reading).validate_json(TypeAdapter(Reading).dump_json(reading)) == reading


def test_nothing_stands_against_somebody_healthy_and_of_age():
    reading = read(answered(healthy(Reason.DEPRESSION)), RULES, None, TODAY)

    assert reading.disposition is Disposition.BOOK
    assert all(found.outcome is Outcome.INFORMATION for found in reading.findings)


@pytest.mark.parametrize("born", [None, "2012-01-01"])
def test_who_is_under_age_or_did_not_say_is_not_booked_by_itself(born):
    pages = healthy(Reason.DEPRESSION)
    del pages["born"]
    answers = answered(pages | ({"born": {"born": (born,)}} if born else {}))

    assert read(answers, RULES, None, TODAY).disposition is Disposition.AWAIT


def test_nothing_answered_at_all_awaits_staff():
    assert read(Answers(), RULES, None, TODAY).disposition is Disposition.AWAIT


def test_a_skipped_question_about_safety_is_read_as_one_to_ask():
    skipped = answered(healthy(Reason.DEPRESSION) | {"phq-9-9": {}})

    reading = read(skipped, RULES, None, TODAY)

    assert reading.safety_left_out
    assert reading.urgency is Urgency.SOON
    assert signs(skipped) == (Line(signs(skipped)[0].asked, "left out"),)


def test_what_was_read_by_an_earlier_release_is_read_today():
    """Readings are kept for good. This one was written on 2026-11-26: never change it, only add further ones."""
    kept = (
        '{"answers":{"pages":{"reasons":{"values":{"reasons":["chronic-pain"]},"revision":1},'
        '"pain-nrs-1":{"values":{"pain-nrs-1":["6"]},"revision":2}}},'
        '"scores":[{"code":"pain-nrs","total":6,"band":{"code":"moderate","lowest":4,"highest":6,"staff":"Moderate"},'
        '"missing":[],"prorated":false,"item_9":null}],"health":[{"name":"Seizures","answer":"unsure"}],'
        '"findings":[{"item_id":"seizures","name":"Seizures","answer":"unsure","outcome":"clinician",'
        '"by_reason":[["chronic-pain","clinician"]],"staff":"May lower the threshold.",'
        '"patient":{"by_language":[["en","We look at this with you."]]}}],'
        '"rules_version":1,"risk":"low","safety_left_out":false}'
    )

    reading = TypeAdapter(Reading).validate_json(kept)

    assert (reading.scores[0].total, reading.risk, reading.disposition) == (6, RiskLevel.LOW, Disposition.AWAIT)
    assert reading.answers.one("pain-nrs-1") == "6"


def test_staff_read_each_item_in_the_words_that_were_shown():
    answers = answered({"reasons": {"reasons": ("depression",)}, "phq-9-1": {"phq-9-1": ("3",)}, "phq-9-2": {}})

    first, second, *_ = of_scale(SCALES[ScaleCode.PHQ_9], answers)

    assert (first.answered, second.answered) == ("Nearly every day (3)", "left out")


def test_a_page_that_nobody_thought_of_here_is_shown_too():
    answers = answered(
        {
            "who": {"who": ("other",), "relationship": ("her sister",)},
            "name": {"name": ("Ines",)},
            "contact": {"email": ("ines@example.com",), "call_when": ("morning",)},
        }
    )

    assert further(answers) == (
        Unplaced("who", "who", ("other",)),
        Unplaced("who", "relationship", ("her sister",)),
        Unplaced("contact", "call_when", ("morning",)),
    )
