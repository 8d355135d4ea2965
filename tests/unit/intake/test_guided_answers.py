"""What somebody answered page by page: nothing lost by going back, and a risk seen with the answer that shows it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.birth import UnderAge, age_on, born_on
from services.intake.domain.refusal import NotPossible
from services.intake.domain.scales import Item9
from shared.events.risk import RiskLevel

TODAY = date(2027, 3, 9)
FINAL: dict[str, Values] = {
    "who": {"who": ("self",)},
    "name": {"name": ("Ines Marchetti",)},
    "contact": {"email": ("ines@example.com",), "consents": ("contact-email-1",)},
    "reasons": {"reasons": ("depression",)},
    "phq-9-9": {"phq-9-9": ("1",)},
    "screener-plan": {"screener-plan": ("yes",)},
    "when": {"weekdays": ("tuesday",)},
}


def answered(**pages: Values) -> Answers:
    answers = Answers()
    for slug, values in pages.items():
        answers = answers.with_page(slug.replace("_", "-"), values)
    return answers


@given(st.permutations(list(FINAL)), st.lists(st.sampled_from(list(FINAL))))
def test_any_walk_that_ends_in_the_same_answers_ends_in_the_same_request(order, changed_on_the_way):
    walked = Answers()
    for slug in changed_on_the_way:
        walked = walked.with_page(slug, {})
    for slug in order:
        walked = walked.with_page(slug, FINAL[slug])

    assert walked.draft == answered(**FINAL).draft
    assert walked.risk is RiskLevel.HIGH


def test_saving_the_same_again_is_no_change_for_another_window():
    once = answered(name={"name": ("Ines",)})

    assert once.with_page("name", {"name": ("Ines",)}) is once
    assert once.with_page("name", {"name": ("Inés",)}).revision("name") == 2


def test_what_was_written_is_read_again():
    answers = answered(**FINAL)

    assert Answers.read(answers.written()) == answers


def test_a_skipped_item_9_is_missing_and_one_not_come_to_is_nothing():
    begun = answered(reasons={"reasons": ("depression",)})

    assert begun.item_9 is None
    assert begun.with_page("phq-9-9", {}).item_9 is Item9.MISSING


def test_thoughts_of_suicide_named_as_a_reason_are_a_risk_before_anything_else_is_asked():
    answers = answered(reasons={"reasons": ("suicidal-ideation",)})

    assert answers.risk is RiskLevel.UNASSESSED
    assert answers.screener_due


@pytest.mark.parametrize("typed", ["", "1984-02-30", "19 July", "2027-03-10", "1890-01-01"])
def test_a_birth_date_that_cannot_be_is_explained(typed):
    with pytest.raises(NotPossible):
        born_on(typed, TODAY)


def test_somebody_is_of_age_on_their_birthday_and_not_the_day_before():
    assert born_on("2009-03-09", TODAY) == date(2009, 3, 9)
    with pytest.raises(UnderAge):
        born_on("2009-03-10", TODAY)


def test_who_was_born_on_a_leap_day_is_a_year_older_on_the_first_of_march():
    born = date(2008, 2, 29)

    assert (age_on(born, date(2026, 2, 28)), age_on(born, date(2026, 3, 1))) == (17, 18)
