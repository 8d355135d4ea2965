"""What a request says besides: for whom it is, when to call, what was agreed to. In the words in which it was asked, grouped as
whoever prepares the consultation looks for it; and whatever is asked one day stands there too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from markupsafe import Markup

from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.birth import age_on
from services.intake.domain.guided.for_staff import LEFT_OUT, Line, Unplaced, further
from services.intake.domain.guided.said import Question
from services.intake.pages.guided.in_words import day_in_words
from services.intake.pages.guided.spoken import Spoken
from shared.web.times import staff_time, staff_when

_THE_PERSON, _THEIR_TIME, _ELSE = "Who it is for", "Reaching and seeing them", "Else"
_GROUPS = {
    "who": _THE_PERSON,
    "helper": _THE_PERSON,
    "born": _THE_PERSON,
    "contact": _THEIR_TIME,
    "when": _THEIR_TIME,
    "consent": "Privacy",
}
_ORDER = (*dict.fromkeys(_GROUPS.values()), _ELSE)
_SAID_WITH = {("when", "kept_until"): "slot", ("consent", "text"): "agreed", ("consent", "agreed_aloud"): "agreed"}
"""Values that say no more than how another one was given: they stand beside it."""
_ASKED_BY_THE_PAGE = {("helper", "helper_name")}
"""Its label alone, `Your own name`, would be read as the patient's."""


@dataclass(frozen=True, slots=True)
class Together:
    heading: str
    lines: tuple[Line, ...]


def further_words(answers: Answers, spoken: Spoken, today: date) -> tuple[Together, ...]:
    """`spoken` is in English; `today` is the clinic's."""
    said = sorted(further(answers), key=lambda one: _ORDER.index(_group(one)))
    return tuple(
        Together(heading, tuple(_lines(tuple(group), answers, spoken, today)))
        for heading, group in groupby(said, key=_group)
    )


def _group(one: Unplaced) -> str:
    return _GROUPS.get(one.slug, _ELSE)


def _lines(group: Sequence[Unplaced], answers: Answers, spoken: Spoken, today: date) -> Iterator[Line]:
    names = {(one.slug, one.name) for one in group}
    for one in group:
        if (one.slug, _SAID_WITH.get((one.slug, one.name))) not in names:
            yield Line(_asked(one, answers, spoken), _answered(one, answers, spoken, today))


def _asked(one: Unplaced, answers: Answers, spoken: Spoken) -> str:
    """The label of its field, where the page has several; else what the page asks."""
    if (question := _question(one, spoken)) is None:
        return _readable(one.name if one.name.startswith(one.slug) else f"{one.slug}, {one.name}")
    if one.name == one.slug or (one.slug, one.name) in _ASKED_BY_THE_PAGE:
        return spoken.say(question.asks_other if answers.for_another and question.asks_other else question.asks)
    label = question.fields.get(one.name)
    return spoken.say(label.label) if label else _readable(one.name)


def _answered(one: Unplaced, answers: Answers, spoken: Spoken, today: date) -> str:
    if not one.values:
        return LEFT_OUT
    match one.slug, one.name:
        case "born", "born":
            age = age_on(date.fromisoformat(one.values[0]), today)
            return f"{day_in_words(one.values[0], spoken)} ({age} years old)"
        case "when", "slot":
            return _kept(one.values[0], answers.one("when", "kept_until"), spoken.clinic.zone)
        case "consent", "agreed":
            aloud = answers.one("consent", "agreed_aloud")
            text = answers.one("consent", "text")
            return f"Yes{f', said aloud {aloud}' if aloud else ''}: “{text}” ({one.values[0]})"
    return Markup(", ").join(_chosen(value, _question(one, spoken), spoken) for value in one.values)


def _kept(slot: str, until: str, zone: str) -> str:
    start = staff_when(datetime.fromisoformat(slot), zone)
    return f"{start}, kept for them until {staff_time(datetime.fromisoformat(until), zone)}" if until else start


def _chosen(value: str, question: Question | None, spoken: Spoken) -> str:
    option = question.options.get(value) if question else None
    return spoken.say(option.label) if option else value


def _question(one: Unplaced, spoken: Spoken) -> Question | None:
    try:
        return spoken.texts.guided.question(one.slug)
    except KeyError:
        return None


def _readable(name: str) -> str:
    words = name.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
