"""The screener's way through its questions, and its levels: every one of the combinations."""

from itertools import product

import pytest

from services.intake.domain.cssrs import ASKS, Level, Question, Reply, next_question, triage
from services.intake.domain.reasons import Reason
from services.intake.domain.safety import SAFETY_QUESTION, cssrs_due, prompts_staff, risk_level
from services.intake.domain.scales import Item9
from services.intake.domain.words import Words
from shared.events.risk import RiskLevel

YES, NO, SKIPPED = Reply.YES, Reply.NO, Reply.SKIPPED
GRAVITY = [None, *RiskLevel]


def replies(**said: Reply) -> dict[Question, Reply]:
    """Every question a no, except as said."""
    return dict.fromkeys(Question, NO) | {Question(name): reply for name, reply in said.items()}


def asked_when(**said: Reply) -> list[Question]:
    """What somebody meets who answers so, and no to the rest."""
    met: dict[Question, Reply] = {}
    while (question := next_question(met)) is not None:
        met[question] = replies(**said)[question]
    return list(met)


def every_combination() -> list[dict[Question, Reply]]:
    every = product((YES, NO, SKIPPED, None), repeat=len(Question))
    return [{q: reply for q, reply in zip(Question, said, strict=True) if reply} for said in every]


def test_without_thoughts_only_three_questions_are_asked():
    assert asked_when() == [Question.WISH, Question.THOUGHTS, Question.BEHAVIOUR]


def test_thoughts_lead_to_method_intent_and_plan():
    assert asked_when(thoughts=YES) == [
        Question.WISH,
        Question.THOUGHTS,
        Question.METHOD,
        Question.INTENT,
        Question.PLAN,
        Question.BEHAVIOUR,
    ]


def test_skipped_thoughts_lead_there_as_well():
    assert Question.PLAN in asked_when(thoughts=SKIPPED)


def test_behaviour_leads_to_when_it_was():
    assert asked_when(behaviour=YES)[-1] is Question.RECENT


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, Level.NONE),
        ({"wish": YES}, Level.LOW),
        ({"wish": YES, "thoughts": YES}, Level.LOW),
        ({"thoughts": YES, "method": YES}, Level.MODERATE),
        ({"behaviour": YES, "recent": NO}, Level.MODERATE),
        ({"thoughts": YES, "intent": YES}, Level.HIGH),
        ({"thoughts": YES, "plan": YES}, Level.HIGH),
        ({"behaviour": YES, "recent": YES}, Level.HIGH),
        ({"behaviour": YES, "recent": SKIPPED}, Level.HIGH),
    ],
)
def test_triage_as_published(said: dict[str, Reply], level: Level):
    assert triage(replies(**said)).level is level


def test_a_skipped_question_makes_it_incomplete():
    assert not triage(replies(wish=SKIPPED)).complete
    assert triage(replies()).complete


def test_what_was_not_due_need_not_be_answered():
    assert triage({Question.WISH: NO, Question.THOUGHTS: NO, Question.BEHAVIOUR: NO}).complete


def test_every_combination_has_a_level_and_a_yes_is_never_lost():
    for said in every_combination():
        found = triage(said)
        assert found.level in Level
        yes = YES in [reply for question, reply in said.items() if question is not Question.RECENT]
        assert not yes or found.level > Level.NONE, said


def test_a_yes_in_place_of_anything_else_never_lowers_the_level():
    for said in every_combination():
        for question in Question:
            assert triage(said).level <= triage(said | {question: YES}).level, (said, question)


def test_the_way_ends_and_meets_no_question_twice():
    for said in every_combination():
        met: dict[Question, Reply] = {}
        while (question := next_question(met)) is not None:
            assert question not in met
            met[question] = said.get(question, SKIPPED)


def test_suicidal_ideation_leads_to_the_screener_directly():
    assert cssrs_due([Reason.CHRONIC_PAIN, Reason.SUICIDAL_IDEATION])


def test_item_9_or_the_safety_question_launches_the_screener():
    assert cssrs_due([Reason.DEPRESSION], Item9.ABOVE_ZERO)
    assert cssrs_due([Reason.CHRONIC_PAIN], safety=YES)
    assert not cssrs_due([Reason.DEPRESSION], Item9.ZERO, safety=NO)


def test_a_skipped_safety_question_prompts_staff():
    assert prompts_staff(Item9.MISSING)
    assert prompts_staff(safety=SKIPPED)
    assert not prompts_staff(Item9.ZERO, NO)


def test_a_screener_that_found_nothing_does_not_take_back_what_led_to_it():
    assert risk_level([Reason.DEPRESSION], Item9.ABOVE_ZERO, triage(replies())) is RiskLevel.UNASSESSED


def test_an_incomplete_screener_is_a_risk_nobody_has_assessed():
    assert risk_level([Reason.PTSD], None, triage({})) is RiskLevel.UNASSESSED


def test_no_sign_hides_another():
    """Whatever is combined, the level is at least what each sign alone says."""
    triages = [None, *{triage(said) for said in every_combination()}]
    for reason, item_9, found, safety in product(
        [Reason.OCD, Reason.SUICIDAL_IDEATION], [None, *Item9], triages, [None, *Reply]
    ):
        together = GRAVITY.index(risk_level([reason], item_9, found, safety))
        alone = [
            risk_level([reason]),
            risk_level([], item_9),
            risk_level([], None, found),
            risk_level([], None, None, safety),
        ]
        assert together == max(GRAVITY.index(one) for one in alone)


@pytest.mark.parametrize("asks", [*ASKS.values(), SAFETY_QUESTION], ids=lambda asks: asks.in_language("en")[:30])
def test_nobody_who_reads_spanish_is_asked_about_suicide_in_english(asks: Words):
    assert asks.in_language("es") != asks.in_language("en")
    assert asks.in_language("es").startswith(("¿", "En el último mes, ¿"))
