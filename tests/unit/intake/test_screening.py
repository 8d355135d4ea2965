"""Rules as data: what they refuse to be, and that every combination of answers and reasons has an outcome."""

import hashlib
import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.cssrs import Question, Reply, triage
from services.intake.domain.reasons import Reason
from services.intake.domain.safety import risk_level
from services.intake.domain.scales import Item9
from services.intake.domain.screening import (
    Answer,
    Finding,
    Outcome,
    RuleSet,
    RuleSetBroken,
    Screened,
    Source,
    Support,
    evaluate,
    items_to_ask,
)
from services.intake.store.shipped_rules import shipped_rules
from shared.events.values import Disposition

RULES = shipped_rules()
ALL_NO = {item.id: Answer.NO for item in RULES.items}
SOME_REASONS = st.sets(st.sampled_from(Reason), min_size=1)
SOME_ANSWERS = st.dictionaries(st.sampled_from([*ALL_NO, "of-another-version"]), st.sampled_from(Answer))

ITEM = {
    "id": "thirst",
    "name": "Thirst",
    "group": "body",
    "sure": "P",
    "asks": {"en": "Are you thirsty?"},
    "weighs": {"yes": "clinician", "no": "clear", "unsure": "clinician"},
    "staff": "Offer water.",
    "patient": {"en": "We will offer you water."},
}


def rules(*items: dict) -> RuleSet:
    return RuleSet.read({"version": 3, "items": items})


def found(screened: Screened, item_id: str) -> Finding:
    return next(one for one in screened.findings if one.item_id == item_id)


def weight(screened: Screened) -> int:
    return max((one.outcome.weight for one in screened.findings), default=0)


def test_no_to_everything_is_booked():
    assert evaluate(RULES, ALL_NO, [Reason.ANXIETY]) == Screened(1, ())


def test_a_hard_stop_waits_and_says_why():
    screened = evaluate(RULES, ALL_NO | {"pregnancy": Answer.YES}, [Reason.DEPRESSION])

    assert screened.disposition is Disposition.AWAIT
    assert found(screened, "pregnancy").outcome is Outcome.HARD_STOP
    assert found(screened, "pregnancy").staff == "Pregnant, possibly pregnant, or breastfeeding."


def test_information_alone_is_booked():
    screened = evaluate(RULES, ALL_NO | {"lamotrigine": Answer.YES}, [Reason.PTSD])

    assert (screened.disposition, found(screened, "lamotrigine").outcome) == (Disposition.BOOK, Outcome.INFORMATION)


def test_the_gravest_comes_first():
    screened = evaluate(RULES, dict.fromkeys(ALL_NO, Answer.YES), [Reason.CHRONIC_PAIN])

    assert [one.outcome.weight for one in screened.findings] == sorted(
        (one.outcome.weight for one in screened.findings), reverse=True
    )


def test_substance_use_is_an_indication_where_help_is_sought_for_it():
    screened = evaluate(RULES, ALL_NO | {"substance-misuse": Answer.YES}, [Reason.SUBSTANCE_USE])

    assert screened.disposition is Disposition.BOOK
    assert not found(screened, "substance-misuse").conflicting


def test_substance_use_beside_pain_is_a_conflict_that_a_clinician_decides():
    screened = evaluate(RULES, ALL_NO | {"substance-misuse": Answer.YES}, [Reason.SUBSTANCE_USE, Reason.CHRONIC_PAIN])
    finding = found(screened, "substance-misuse")

    assert screened.disposition is Disposition.AWAIT
    assert finding.conflicting
    assert dict(finding.by_reason) == {
        Reason.SUBSTANCE_USE: Outcome.INFORMATION,
        Reason.CHRONIC_PAIN: Outcome.CLINICIAN,
    }
    assert "relative contraindication" in finding.staff
    assert "indication, not a reason against" in finding.staff


def test_what_concerns_one_reason_is_asked_for_that_reason_only():
    asked = {item.id for item in items_to_ask(RULES, [Reason.DEPRESSION])}

    assert "two-antidepressants" in asked
    assert "pain-with-weak-evidence" not in asked
    assert "under-18" not in asked, "the date of birth says it"


def test_a_question_left_out_waits_as_if_the_answer_were_not_sure():
    finding = found(evaluate(RULES, {}, [Reason.OCD]), "pregnancy")

    assert (finding.answer, finding.outcome) == (None, Outcome.CLINICIAN)


def test_rules_survive_being_written_and_read():
    assert RuleSet.read(RULES.written()) == RULES


def test_the_shipped_version_stays_what_it_was():
    """Requests name it for ever. What ought to change is a version of the clinic's own, or a shipped one with a new number."""
    written = json.dumps(RULES.written(), sort_keys=True).encode()

    assert hashlib.sha256(written).hexdigest() == "a5cee12de4a82fc8747569354f14098c8d301727ce874b192dce07967b3ba413"


def test_every_question_is_there_in_english_and_spanish():
    for item in RULES.items:
        for said in (item.asks, item.patient, *([item.hint] if item.hint else [])):
            assert {"en", "es"} <= {language for language, _ in said.by_language}, item.id


def test_what_no_source_supports_is_marked_as_a_proposal():
    proposals = {item.id for item in RULES.items if item.sure is Support.PROPOSAL}

    assert proposals == {"allergy", "thyroid", "aneurysm", "breathing", "bladder", "seizures", "dementia"}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"weighs": {"yes": "clinician", "no": "clear"}}, "items.0.weighs.unsure"),
        ({"weighs": {"yes": "hard-stop", "no": "clear", "unsure": "clear"}}, "“not sure” must as well"),
        ({"weighs": {"yes": "maybe", "no": "clear", "unsure": "clear"}}, "items.0.weighs.yes"),
        ({"asks": {"es": "¿Tiene sed?"}}, "English"),
        ({"surprise": 1}, "surprise"),
        ({"only_for": ["boredom"]}, "only_for"),
        (
            {"only_for": ["ocd"], "instead": [{"reason": "ptsd", "weighs": ITEM["weighs"], "staff": "x"}]},
            "a reason that the question is asked for",
        ),
    ],
)
def test_rules_that_leave_a_gap_are_refused_with_the_place(broken: dict, said: str):
    with pytest.raises(RuleSetBroken, match=said):
        rules(ITEM | broken)


def test_an_item_stands_once():
    with pytest.raises(RuleSetBroken, match="once"):
        rules(ITEM, ITEM)


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """Any rules that may be stored, not only those we ship."""
    outcomes = st.sampled_from(Outcome)

    def weighing() -> dict[str, str]:
        yes, no = draw(outcomes), draw(outcomes)
        least = Outcome.CLINICIAN if yes.awaits or no.awaits else Outcome.CLEAR
        unsure = draw(st.sampled_from([one for one in Outcome if one.weight >= least.weight]))
        return {"yes": yes.value, "no": no.value, "unsure": unsure.value}

    items = []
    for number in range(draw(st.integers(1, 4))):
        only_for = draw(st.lists(st.sampled_from(Reason), unique=True, max_size=2))
        instead = draw(st.lists(st.sampled_from(only_for or list(Reason)), unique=True, max_size=2))
        items.append(
            ITEM
            | {
                "id": f"item-{number}",
                "source": draw(st.sampled_from(Source)).value,
                "only_for": only_for,
                "weighs": weighing(),
                "instead": [{"reason": one, "weighs": weighing(), "staff": "Differs."} for one in instead],
            }
        )
    return rules(*items)


@given(st.one_of(rule_sets(), st.just(RULES)), st.data(), st.sets(st.sampled_from(Reason)))
def test_every_combination_has_an_outcome(rule_set: RuleSet, data: st.DataObject, reasons: set[Reason]):
    answers = data.draw(
        st.dictionaries(st.sampled_from([*(item.id for item in rule_set.items), "other"]), st.sampled_from(Answer))
    )
    screened = evaluate(rule_set, answers, reasons)

    assert screened.version == rule_set.version
    assert screened.disposition in Disposition
    told = {one.item_id for one in screened.findings}
    for item in rule_set.items:
        if item.id not in told and any(item.fits(reason) for reason in reasons):
            counted = answers.get(item.id, Answer.UNSURE)
            assert all(item.weighs_for(reason).of(counted) is Outcome.CLEAR for reason in reasons if item.fits(reason))


@given(rule_sets(), st.data(), SOME_REASONS, st.sampled_from(Reason))
def test_a_further_reason_only_adds_weight(
    rule_set: RuleSet, data: st.DataObject, reasons: set[Reason], further: Reason
):
    answers = data.draw(st.dictionaries(st.sampled_from([i.id for i in rule_set.items]), st.sampled_from(Answer)))

    assert weight(evaluate(rule_set, answers, reasons)) <= weight(evaluate(rule_set, answers, reasons | {further}))


@given(rule_sets(), st.data(), SOME_REASONS)
def test_leaving_an_awaiting_question_out_never_gets_a_request_booked(
    rule_set: RuleSet, data: st.DataObject, reasons: set[Reason]
):
    item = data.draw(st.sampled_from(rule_set.items))
    answers = data.draw(st.dictionaries(st.sampled_from([i.id for i in rule_set.items]), st.sampled_from(Answer)))
    without = {item_id: answer for item_id, answer in answers.items() if item_id != item.id}

    if evaluate(rule_set, answers, reasons).disposition is Disposition.AWAIT:
        assert evaluate(rule_set, without, reasons).disposition is Disposition.AWAIT


@given(SOME_ANSWERS, SOME_REASONS)
def test_the_order_of_answers_means_nothing(answers: dict[str, Answer], reasons: set[Reason]):
    turned = dict(reversed(answers.items()))

    assert evaluate(RULES, turned, sorted(reasons)) == evaluate(RULES, answers, reasons)


@given(
    SOME_ANSWERS,
    SOME_REASONS,
    st.sampled_from([None, *Item9]),
    st.lists(st.sampled_from(Reply), min_size=7, max_size=7),
)
def test_risk_is_never_lost_whatever_the_rules_say(
    answers: dict[str, Answer], reasons: set[Reason], item_9: Item9 | None, said: list[Reply]
):
    """Screening books or waits; it has no way to lower a risk, which is found beside it from the same answers."""
    screener = triage(dict(zip(Question, said, strict=True)))
    sign = (
        Reason.SUICIDAL_IDEATION in reasons
        or item_9 is Item9.ABOVE_ZERO
        or any(reply is Reply.YES for reply in said[:6])
    )
    evaluate(RULES, answers, reasons)

    assert not sign or risk_level(reasons, item_9, screener) is not None


def test_every_answer_to_every_shipped_item_for_every_reason_has_an_outcome():
    for item, answer, reason in product(RULES.items, [None, *Answer], Reason):
        answers = ALL_NO | ({item.id: answer} if answer else {})
        if answer is None:
            answers.pop(item.id)
        assert evaluate(RULES, answers, [reason]).disposition in Disposition
