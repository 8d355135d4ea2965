"""The public site: which pages there are, and what each has to say. The words themselves are data, see `texts/`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from services.intake.domain.reasons import Reason

HOME = "home"
TREATMENT = ("treatment", "visit", "course", "effects", "suitable")
REASONS = tuple(str(reason) for reason in Reason)
PRACTICAL = ("before", "after", "costs", "questions")
PAGES = (*TREATMENT, *REASONS, *PRACTICAL)
"""In the order of the site's lists. Only the pages of REASONS name a condition in title or address: messages may carry
all others."""

REQUEST = "request"
TOKENS = frozenset({"clinic", "hours", "phone", "crisis", "emergency"})
LINK = re.compile(r"\[([^\]]+)\]\(([a-z-]+)\)")
_TOKEN = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """Words for a person, in the language they are written in, which is English where a translation is missing.

    `{phone}` stands for a setting of the clinic, `[the words](visit)` for a link to a page. Raises ValueError for a
    token or a page there is none of.
    """

    words: str
    language: str

    def __post_init__(self) -> None:
        if unknown := sorted(set(_TOKEN.findall(self.words)) - TOKENS):
            raise ValueError(f"no setting is called {{{unknown[0]}}}; there are: {', '.join(sorted(TOKENS))}")
        for _, target in LINK.findall(self.words):
            if target not in (HOME, REQUEST, *PAGES):
                raise ValueError(f"no page is called {target!r}; there are: {', '.join((HOME, REQUEST, *PAGES))}")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value as it stands in a file, and the language of that file."""

    value: Any
    language: str


def _value(leaf: object, kind: type, otherwise: str) -> Any:
    if not isinstance(leaf, Leaf) or not isinstance(leaf.value, kind):
        raise ValueError(otherwise)  # noqa: TRY004 - pydantic collects ValueErrors, and lets others pass
    return leaf.value


def _text(leaf: Leaf) -> Text:
    return Text(" ".join(_value(leaf, str, "write this as text").split()), leaf.language)


def _paragraphs(leaf: Leaf) -> tuple[Text, ...]:
    """An empty line begins a new paragraph."""
    parts = re.split(r"\n\s*\n", _value(leaf, str, "write this as text").strip())
    return tuple(_text(Leaf(part, leaf.language)) for part in parts if part)


def _points(leaf: Leaf) -> tuple[Text, ...]:
    points = _value(leaf, list, 'write this as a list: ["first", "second"]')
    return tuple(_text(Leaf(point, leaf.language)) for point in points)


def _pairs(leaf: Leaf) -> tuple[tuple[Text, ...], ...]:
    asked = 'write this as pairs: [["what", "how long"], ["what", "how long"]]'
    pairs = [_value(Leaf(pair, leaf.language), list, asked) for pair in _value(leaf, list, asked)]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(asked)
    return tuple(_points(Leaf(pair, leaf.language)) for pair in pairs)


def _yes_or_no(leaf: Leaf) -> bool:
    return _value(leaf, bool, "write true or false")


OneText = Annotated[Text, BeforeValidator(_text)]
Paragraphs = Annotated[tuple[Text, ...], BeforeValidator(_paragraphs)]
Points = Annotated[tuple[Text, ...], BeforeValidator(_points)]
Pairs = Annotated[tuple[tuple[Text, Text], ...], BeforeValidator(_pairs)]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no)]


class Said(BaseModel):
    """Nothing unheard of: a misspelt name would be a text that nobody ever sees."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Section(Said):
    heading: OneText
    text: Paragraphs = ()
    points: Points = ()
    facts: Pairs = ()
    after: Paragraphs = ()
    """What follows the points or facts."""
    hidden: YesOrNo = False
    """So that a clinic can leave out a section that comes with the product."""


class Question(Said):
    question: OneText
    answer: Paragraphs
    hidden: YesOrNo = False


class InfoPage(Said):
    """One page of information. `short` stands beside the title in lists; `note` is what must not be overlooked; `crisis`
    stands before everything else."""

    title: OneText
    short: OneText | None = None
    heading: OneText
    lead: OneText
    crisis: Paragraphs = ()
    note: Paragraphs = ()
    sections: dict[str, Section] = {}
    questions: dict[str, Question] = {}

    def shown_sections(self) -> Iterator[tuple[str, Section]]:
        return ((name, one) for name, one in self.sections.items() if not one.hidden)

    def shown_questions(self) -> Iterator[Question]:
        return (one for one in self.questions.values() if not one.hidden)


class Step(Said):
    heading: OneText
    text: OneText


class Rulers(Said):
    """A visit and a course, drawn to scale."""

    visit: OneText
    visit_long: OneText
    visit_drawn: OneText
    settle_in: OneText
    infusion: OneText
    rest: OneText
    course: OneText
    course_long: OneText
    course_drawn: OneText
    week: OneText
    afterwards: OneText


class Home(Said):
    title: OneText
    heading: OneText
    lead: OneText
    promise: OneText
    talk: OneText
    how: OneText
    steps: dict[str, Step]
    helps: OneText
    helps_text: OneText
    know: OneText
    facts: Points
    ask: OneText
    questions: dict[str, Question]
    now: OneText
    now_text: OneText

    def shown_questions(self) -> Iterator[Question]:
        return (one for one in self.questions.values() if not one.hidden)


class Around(Said):
    """What stands on every page of the site, beside what stands on every public page of the product."""

    language: OneText
    """The language by its own name, for the link to it."""
    request: OneText
    request_note: OneText
    call: OneText
    all_pages: OneText
    treatment: OneText
    reasons: OneText
    practical: OneText
    no_advice: OneText
    call_crisis: OneText
    text_crisis: OneText
