"""What was read in a request's answers, in the words of staff's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain.guided.for_staff import Line, of_scale, signs
from services.intake.domain.guided.reading import HealthAnswer, Reading
from services.intake.domain.scales import SCALES, Scale, Score
from services.intake.domain.screening import Answer
from services.intake.domain.screening.differences import LANGUAGES, OUTCOME_WORDS
from services.intake.pages.asked_words import OpenedAsk

ANSWER_WORDS = {Answer.YES: "Yes", Answer.NO: "No", Answer.UNSURE: "Not sure", None: "left out"}


def reading_values(reading: Reading, language: str) -> dict[str, Any]:
    """`language` is the one in which they are written to."""
    return {
        "reading": reading,
        "awaiting": [found for found in reading.findings if found.outcome.awaits],
        "signs": signs(reading.answers),
        "scores": [
            (scale := SCALES[score.code], score, _total(score), wording_note(scale, language))
            for score in reading.scores
        ],
        "lines_of": {score.code: of_scale(SCALES[score.code], reading.answers) for score in reading.scores},
        "health": [Line(item.name, ANSWER_WORDS[item.answer]) for item in reading.health],
        "answer_words": ANSWER_WORDS,
        "outcome_words": OUTCOME_WORDS,
    }


def wording_note(scale: Scale, language: str) -> str:
    """What staff have to know of the words that somebody answered who is written to in this language; mostly nothing."""
    main = language.partition("-")[0]
    return f"wording in {LANGUAGES[main]}: translated, not validated" if main in scale.translated else ""


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What was answered once more: each line with what it was before, empty where it was the same or not asked then."""

    health: list[tuple[Line, str]]
    scores: list[tuple[str, str, str]]
    """Scale, what it came to, and before."""
    values: dict[str, Any]
    differs: bool


def read_again(asked: Sequence[OpenedAsk], before: Reading | None, language: str) -> dict[datetime, ReadAgain]:
    """By when it was read. `before` is what was read when the request was sent; it stays as it is."""
    return {ask.read_at: _again(ask.reading, before, language) for ask in asked if ask.read_at and ask.reading}


def _again(now: Reading, before: Reading | None, language: str) -> ReadAgain:
    was = {one.name: ANSWER_WORDS[one.answer] for one in before.health} if before else {}
    came_to = {score.code: _total(score) for score in before.scores} if before else {}
    health = [_line_again(one, was) for one in now.health]
    scores = [
        (SCALES[one.code].name, _total(one), "" if came_to.get(one.code) == _total(one) else came_to.get(one.code, ""))
        for one in now.scores
    ]
    differs = any(earlier for _, earlier in health) or any(earlier for *_, earlier in scores)
    return ReadAgain(health, scores, reading_values(now, language), differs)


def _line_again(one: HealthAnswer, was: Mapping[str, str]) -> tuple[Line, str]:
    said, earlier = ANSWER_WORDS[one.answer], was.get(one.name, "")
    return Line(one.name, said), "" if earlier == said else earlier


def _total(score: Score) -> str:
    if score.total is None:
        return f"too much was left out ({len(score.missing)} of {len(SCALES[score.code].items)})"
    left_out = f", {len(score.missing)} left out and prorated" if score.prorated else ""
    return f"{score.total} of {SCALES[score.code].highest}{left_out}"
