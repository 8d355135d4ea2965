"""How long the shortest request takes, reckoned from what its pages show and ask: alike on every machine.

    .venv/bin/pytest -s tests/integration/intake/test_three_minutes.py      prints the reckoning

For oneself, pain, nothing skipped, any time is fine. Whoever is prepared has the answers at hand and reads the questions;
whoever is not reads every word. What stood on an earlier page (a step, a button, yes and no) is recognised, and not read again.
"""

import re
from dataclasses import dataclass, field
from html import unescape

import pytest

from services.intake.domain.guided.walk import CHECK
from tests.integration.intake.conftest import Intake
from tests.integration.intake.guided_pages import SHORTEST, Visitor

WORDS_A_MINUTE = 250
CHARACTERS_A_SECOND = 5
SECONDS_A_CHOICE = 1.5
"""Also of the button that goes on."""
THREE_MINUTES = 180
LANGUAGES = {"en": {}, "es": {"contact": {**SHORTEST["contact"], "consents": "contact-email-1-es", "language": "es"}}}


@dataclass
class Reading:
    """`words`: how many one person has read so far."""

    words: int = 0
    met: set[str] = field(default_factory=set)

    def read(self, html: str) -> None:
        shown = [unescape(one).strip() for one in re.split(r"<[^>]+>", html)]
        new = dict.fromkeys(one for one in shown if one and one not in self.met)
        self.words += sum(len(one.split()) for one in new)
        self.met |= new.keys()

    def seconds(self, hands: float) -> float:
        return 60 * self.words / WORDS_A_MINUTE + hands


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_shortest_request_takes_a_prepared_person_less_than_three_minutes(intake: Intake, language: str):
    answers, questions, everything = {**SHORTEST, **LANGUAGES[language]}, Reading(), Reading()

    def look(visitor: Visitor) -> None:
        main = re.split(r"<main[^>]*>|</main>", visitor.page)[1]
        everything.read(main)
        questions.read(
            " ".join(f"<p>{asked}</p>" for _, asked in re.findall(r"<(h1|legend)[^>]*>(.*?)</\1>", main, re.DOTALL))
        )

    visitor = await Visitor(intake, answers, language).open(f"/request/{language}")
    look(visitor)
    await visitor.answer(**answers["who"])
    while visitor.slug != CHECK:
        look(visitor)
        await visitor.answer()
    look(visitor)

    pages = len(visitor.seen)
    typing = [*answers["born"].values(), answers["name"]["name"], answers["contact"]["email"]]
    typed, chosen = sum(map(len, typing)), visitor.filled - len(typing)
    hands = typed / CHARACTERS_A_SECOND + SECONDS_A_CHOICE * (chosen + pages)
    print(f"\n{language}: {pages} pages, {typed} characters, {chosen} choices: {hands:.0f} s by hand")
    for who, reading in (("prepared", questions), ("every word", everything)):
        print(f"{language}: {who}, {reading.words} words: {reading.seconds(hands):.0f} s")
    assert questions.seconds(hands) < THREE_MINUTES
