"""What staff read of answers that have no place of their own: the questions' words, grouped, and no name of any field."""

from datetime import date

import pytest

from services.intake.domain.guided.answers import Answers
from services.intake.pages.further_words import further_words
from services.intake.pages.guided.spoken import Spoken
from services.intake.store.site_texts import SHIPPED, read_texts
from shared.settings import ClinicIdentity

TODAY = date(2026, 6, 15)


@pytest.fixture(scope="module")
def spoken() -> Spoken:
    return Spoken(read_texts([SHIPPED])["en"], ClinicIdentity())


def read(spoken: Spoken, **pages: dict[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    answers = Answers()
    for slug, values in pages.items():
        answers = answers.with_page(slug, values)
    return {
        group.heading: {line.asked: line.answered for line in group.lines}
        for group in further_words(answers, spoken, TODAY)
    }


def test_for_whom_it_is_stands_together_with_an_age(spoken: Spoken):
    said = read(
        spoken,
        born={"born": ("1984-06-16",)},
        who={"who": ("other",)},
        helper={"helper_name": ("Noa Bright",), "authority": ("legal",)},
    )

    assert said == {
        "Who it is for": {
            "When was the person born?": "June 16, 1984 (41 years old)",
            "Who is this request for?": "For another adult",
            "You are asking for somebody else. Who are you?": "Noa Bright",
            "May you ask for them?": "I make medical decisions for them",
        }
    }


def test_when_to_call_and_the_time_they_chose(spoken: Spoken):
    said = read(
        spoken,
        contact={"email": ("ines@example.com",), "call_when": ("morning",), "language": ("es",)},
        when={
            "weekdays": ("tuesday",),
            "hold_id": ("7f2c",),
            "slot": ("2026-06-18T15:30:00+00:00",),
            "kept_until": ("2026-06-15T18:10:00+00:00",),
        },
    )

    assert said == {
        "Reaching and seeing them": {
            "When is a good time to call?": "Mornings",
            "The time you chose": "Thu, Jun 18, 09:30, kept for them until 12:10",
        }
    }


def test_what_was_agreed_to_names_who_heard_it(spoken: Spoken):
    said = read(
        spoken,
        consent={
            "agreed": ("privacy-1",),
            "text": ("I agree.",),
            "agreed_aloud": ("to Rosa Imani",),
            "spoken_to": ("1",),
        },
    )

    assert said == {"Privacy": {"Do you agree?": "Yes, said aloud to Rosa Imani: “I agree.” (privacy-1)"}}


def test_what_nobody_thought_of_here_stands_there_too(spoken: Spoken):
    said = read(spoken, who={"who": ("self",), "how_found": ("a friend",)}, parking={"near": ("yes", "no")}, name={})

    assert said == {
        "Who it is for": {"Who is this request for?": "For me", "How found": "a friend"},
        "Else": {"Parking, near": "yes, no"},
    }


def test_what_was_typed_is_escaped_beside_words_that_are_not(spoken: Spoken):
    said = read(spoken, who={"who": ("self", "<b>")})

    assert said["Who it is for"]["Who is this request for?"] == "For me, &lt;b&gt;"
