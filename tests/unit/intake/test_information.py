import pytest

from services.intake.domain.information import ASK_QUESTIONS, AskCode, shows_danger


@pytest.mark.parametrize(
    "written",
    [
        "Some days I want to die.",
        "I thought about ending my life",
        "I would be better off dead",
        "thoughts of SUICIDE",
        "I don’t want to live",
        "I have been hurting  myself",
        "A veces pienso en quitarme la vida",
        "ya no quiero vivir",
    ],
)
def test_words_for_danger_are_seen_in_any_answer(written):
    assert shows_danger({AskCode.TRIED: written})


@pytest.mark.parametrize("written", ["Sertraline 50 mg", "Yoga, and talking.", "Mi madre murió el año pasado", ""])
def test_ordinary_answers_raise_nothing(written):
    assert not shows_danger({AskCode.OWN: written})


def test_a_yes_about_safety_is_danger_and_a_no_is_not():
    assert shows_danger({AskCode.SAFETY: "yes"})
    assert not shows_danger({AskCode.SAFETY: "no"})


def test_every_question_is_asked_in_both_languages():
    for question in ASK_QUESTIONS.values():
        assert {language for language, _ in question.asks.by_language} == {"en", "es"}


def test_every_code_has_its_words_or_is_staffs_own():
    assert set(AskCode) - set(ASK_QUESTIONS) == {AskCode.OWN}
