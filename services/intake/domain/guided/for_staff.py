"""What was answered, line by line as staff read it: in English, in the words that were shown, nothing left out."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.intake.domain.cssrs import ASKS, Reply
from services.intake.domain.cssrs import Question as Screener
from services.intake.domain.guided.answers import Answers, scale_page, screener_page
from services.intake.domain.safety import SAFETY_QUESTION
from services.intake.domain.scales import SCALES, Item, Scale, ScaleCode
from services.intake.domain.words import ENGLISH

LEFT_OUT = "left out"
_REPLIES = {Reply.YES: "Yes", Reply.NO: "No", Reply.SKIPPED: LEFT_OUT}
_SHOWN_ON_THEIR_OWN = {
    "name": {"name"},
    "contact": {"email", "mobile", "consents", "spoken_to", "language"},
    "consent": {"spoken_to"},
    "reasons": {"reasons"},
    "when": {"weekdays", "day_parts", "not_before", "hold_id"},
    "safety": {"safety"},
}
"""Name, ways to reach somebody, reasons, wishes and signs of risk have places of their own on staff's pages."""


@dataclass(frozen=True, slots=True)
class Line:
    asked: str
    answered: str


@dataclass(frozen=True, slots=True, repr=False)
class Unplaced:
    """What stands in one field of one page."""

    slug: str
    name: str
    values: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Unplaced({self.slug}, {self.name}, …)"


def signs(answers: Answers) -> tuple[Line, ...]:
    """Every answer that can show a risk, also one that does not, and one that was left out."""
    [item_9] = [item for item in SCALES[ScaleCode.PHQ_9].items if item.number == 9]
    lines: list[Line] = []
    if answers.has(page := scale_page(ScaleCode.PHQ_9, 9)):
        lines.append(Line(f"PHQ-9, item 9: {_english(item_9)}", _chosen(item_9, answers.one(page))))
    if answers.safety:
        lines.append(Line(SAFETY_QUESTION.in_language(ENGLISH), _REPLIES[answers.safety]))
    return (
        *lines,
        *(
            Line(f"C-SSRS: {ASKS[question].in_language(ENGLISH)}", _REPLIES[reply])
            for question, reply in answers.replies.items()
        ),
    )


def of_scale(scale: Scale, answers: Answers) -> tuple[Line, ...]:
    given = answers.of_scale(scale)
    return tuple(
        Line(f"{item.number}. {_english(item)}", _chosen(item, str(given.get(item.number, "")))) for item in scale.items
    )


def further(answers: Answers) -> tuple[Unplaced, ...]:
    """What has no place of its own: for whom it is, when to call, and whatever else is asked one day."""
    placed = set(_pages_of_scales()) | {screener_page(question) for question in Screener}
    return tuple(
        Unplaced(slug, name, values)
        for slug, page in answers.pages.items()
        if slug not in placed and not slug.startswith("health-")
        for name, values in page.values.items()
        if name not in _SHOWN_ON_THEIR_OWN.get(slug, ())
    )


def _pages_of_scales() -> Iterable[str]:
    return (scale_page(scale.code, item.number) for scale in SCALES.values() for item in scale.items)


def _english(item: Item) -> str:
    return item.asks.in_language(ENGLISH)


def _chosen(item: Item, value: str) -> str:
    words = {str(choice.value): choice.words.in_language(ENGLISH) for choice in item.choices}
    return f"{words[value]} ({value})" if value in words else LEFT_OUT
