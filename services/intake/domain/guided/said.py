"""What the pages of a request have to say, in one language. The words themselves are data, see `texts/`: `guided.toml`."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator

from services.intake.domain.guided.walk import Step, item_of
from services.intake.domain.site import Leaf, OneText, Paragraphs, Points, Said

COUNTED = frozenset({"step", "of", "number", "name", "day", "month", "year", "days"})
"""What may stand in braces where a page counts."""
_TOKEN = re.compile(r"\{([^}]*)\}")


def _counting(leaf: object) -> str:
    if not isinstance(leaf, Leaf) or not isinstance(leaf.value, str):
        raise ValueError("write this as text")  # noqa: TRY004 - pydantic collects ValueErrors, and lets others pass
    if unknown := sorted(set(_TOKEN.findall(leaf.value)) - COUNTED):
        raise ValueError(f"nothing is counted as {{{unknown[0]}}}; there are: {', '.join(sorted(COUNTED))}")
    return leaf.value


def _parts(leaf: object) -> tuple[str, ...]:
    if not isinstance(leaf, Leaf) or not isinstance(leaf.value, list):
        raise ValueError('write this as a list, such as ["month", "day", "year"]')  # noqa: TRY004 - as above
    return tuple(leaf.value)


Counting = Annotated[str, BeforeValidator(_counting)]
"""For `words.format(number=3, of=9)`."""
DatePart = Literal["year", "month", "day"]
PartsOfDate = Annotated[tuple[DatePart, DatePart, DatePart], BeforeValidator(_parts)]


class Choice(Said):
    label: OneText
    note: OneText | None = None


class Field(Said):
    label: OneText
    hint: OneText | None = None


class Question(Said):
    """`asks` is the heading of its page, `title` its name in the list of answers; `…_other` when asked about another."""

    title: OneText
    asks: OneText
    asks_other: OneText | None = None
    hint: OneText | None = None
    hint_other: OneText | None = None
    text: Paragraphs = ()
    text_other: Paragraphs = ()
    options: Mapping[str, Choice] = {}
    fields: Mapping[str, Field] = {}
    example: OneText | None = None
    neither: OneText | None = None
    order: PartsOfDate = ("year", "month", "day")
    """In which the parts of a date are written."""


class Start(Said):
    title: OneText
    heading: OneText
    lead: OneText
    short_form: OneText
    private: OneText


class Crisis(Said):
    heading: OneText
    text: OneText
    short: OneText
    ours: OneText
    call: OneText
    write: OneText


class Elsewhere(Said):
    heading: OneText
    text: OneText
    nothing: OneText
    what: OneText
    keep: OneText


class Minor(Said):
    title: OneText
    heading: OneText
    text: Paragraphs
    now: OneText
    ask: OneText
    wrong: OneText
    again: OneText


class Ended(Said):
    title: OneText
    heading: OneText
    text: Paragraphs
    begin: OneText


class Later(Said):
    title: OneText
    heading: OneText
    text: Paragraphs
    erased: Counting
    erased_next_day: OneText
    address: OneText
    go_on: OneText
    by_email: OneText
    sent: OneText


class Check(Said):
    title: OneText
    heading: OneText
    lead: OneText
    send: OneText
    after: OneText
    skipped: OneText
    none: OneText
    answered: Counting
    no_to: Counting


class Short(Said):
    """The short form on a page of ours."""

    back: OneText
    name: OneText


class Embedded(Said):
    """The short form in a frame of another site."""

    lead: OneText
    send: OneText
    help_now: OneText
    sent: OneText
    next: OneText
    reference: OneText
    open: OneText
    keep: OneText
    sent_before: OneText
    too_old: OneText


class Guided(Said):
    back: OneText
    go_on: OneText
    change: OneText
    skip: OneText
    step: Counting
    item: Counting
    saved: OneText
    later: OneText
    for_another: OneText
    not_translated: OneText
    date: Counting
    months: Points
    closest: OneText
    steps: dict[Step, OneText]
    start: Start
    crisis: Crisis
    elsewhere: Elsewhere
    minor: Minor
    ended: Ended
    later_page: Later
    check: Check
    short: Short
    embedded: Embedded
    questions: dict[str, Question]

    def question(self, slug: str) -> Question:
        """Of a page; the pages of a scale, and those of the screener, share one. Raises KeyError."""
        shared = slug.rpartition("-")[0] if item_of(slug) else slug.partition("-")[0]
        return self.questions.get(slug) or self.questions[shared]
