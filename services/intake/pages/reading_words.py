"""What was read in a request's answers, in the words of staff's page."""

from typing import Any

from services.intake.domain.guided.for_staff import Line, further, of_scale, signs
from services.intake.domain.guided.reading import Reading
from services.intake.domain.scales import SCALES, Scale, Score
from services.intake.domain.screening import Answer
from services.intake.domain.screening.differences import LANGUAGES, OUTCOME_WORDS

ANSWER_WORDS = {Answer.YES: "Yes", Answer.NO: "No", Answer.UNSURE: "Not sure", None: "left out"}


def reading_values(reading: Reading, language: str) -> dict[str, Any]:
    """`language` is the one in which they are written to."""
    return {
        "reading": reading,
        "awaiting": [found for found in reading.findings if found.outcome.awaits],
        "signs": signs(reading.answers),
        "further": further(reading.answers),
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


def _total(score: Score) -> str:
    if score.total is None:
        return f"too much was left out ({len(score.missing)} of {len(SCALES[score.code].items)})"
    left_out = f", {len(score.missing)} left out and prorated" if score.prorated else ""
    return f"{score.total} of {SCALES[score.code].highest}{left_out}"
