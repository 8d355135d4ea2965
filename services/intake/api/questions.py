"""A question of a request as data: the words that its page has, and what may be sent for each of its fields."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from markupsafe import Markup

from services.intake.api.draft_models import (
    AnsweredOut,
    FieldOut,
    Kind,
    LineOut,
    OptionOut,
    QuestionOut,
    SectionOut,
    StepOut,
)
from services.intake.domain.guided.accept import BORN_PARTS, KEPT_TIME, Typed
from services.intake.domain.guided.said import Question
from services.intake.domain.guided.walk import Walk
from services.intake.pages.guided.asked import Option, asked
from services.intake.pages.guided.free_times import WHEN
from services.intake.pages.guided.in_words import answered
from services.intake.pages.guided.spoken import Spoken


def question_of(slug: str, walk: Walk, spoken: Spoken, step: StepOut | None = None) -> QuestionOut:
    """A question of this walk, in the language of `spoken`. `step` is how far it is, where it stands in another order."""
    said = asked(slug, walk, spoken)
    return QuestionOut(
        question=slug,
        step=step or _step(slug, walk, spoken),
        title=said["title"],
        above=plain(said["above"]),
        asks=plain(said["asks"]),
        text=[plain(one) for one in said["text"]],
        hint=plain(said["hint"]),
        note=plain(said["note"]),
        fields=list(_fields(slug, said, spoken)),
        may_skip=said["may_skip"],
        values={name: list(kept) for name, kept in walk.answers.values(slug).items() if name != _PROOF},
        revision=walk.answers.revision(slug),
    )


def _step(slug: str, walk: Walk, spoken: Spoken) -> StepOut:
    progress = walk.progress(slug)
    return StepOut(
        name=spoken.texts.guided.steps[progress.step].words,
        number=progress.number,
        of=progress.of,
        question=progress.question,
        questions=progress.questions,
    )


def field_names(slug: str, walk: Walk, spoken: Spoken) -> frozenset[str]:
    """What may be sent for a question. A time that is kept is no field: nobody types it, and it is sent as it was told."""
    drawn = frozenset(field.name for field in _fields(slug, asked(slug, walk, spoken), spoken))
    return drawn.union(KEPT_TIME) if slug == WHEN else drawn


def as_typed(values: Mapping[str, str | list[str]]) -> Typed:
    """As the rules read a form: a date of birth is typed there in three parts."""
    typed = {name: [value] if isinstance(value, str) else value for name, value in values.items()}
    if born := typed.pop("born", None):
        parts = "".join(born).split("-")
        typed |= {part: [written] for part, written in zip(BORN_PARTS, parts, strict=False)}
    return typed


def all_in_words(walk: Walk, spoken: Spoken) -> list[SectionOut]:
    """Every answer, step by step."""
    steps = {stop.slug: stop.step for stop in walk.stops}
    sections: dict[str, SectionOut] = {}
    for page in answered(walk, spoken):
        step = steps[page.slug]
        section = sections.setdefault(
            step, SectionOut(heading=plain(spoken.say(spoken.texts.guided.steps[step])), answers=[])
        )
        lines = [LineOut(asks=plain(line.asks), answer=plain(line.answer)) for line in page.lines]
        section.answers.append(AnsweredOut(question=page.slug, title=plain(page.title), lines=lines))
    return list(sections.values())


def plain(words: Markup | str) -> str:
    """For programs: a telephone number is a link on a page, and a number here."""
    return words.striptags() if isinstance(words, Markup) else words


_PROOF = "text"
"""Kept beside a consent; nobody sends it."""


def _fields(slug: str, said: Mapping[str, Any], spoken: Spoken) -> Iterator[FieldOut]:
    question: Question = said["question"]
    if "items" in said:
        options = _options(said["options"])
        for name, asks, hint in said["items"]:
            yield FieldOut(name=name, kind=Kind.ONE, label=plain(asks), hint=plain(hint), options=options)
        return
    match slug:
        case "helper":
            yield _field("helper_name", Kind.TEXT, question, spoken)
            yield _field("authority", Kind.ONE, question, spoken, said["options"])
        case "born":
            yield FieldOut(name="born", kind=Kind.DATE, label=plain(said["asks"]))
        case "name":
            yield _field("name", Kind.TEXT, question, spoken)
        case "contact":
            yield _field("email", Kind.EMAIL, question, spoken, required=False)
            yield _field("mobile", Kind.PHONE, question, spoken, required=False)
            yield _field("consents", Kind.SEVERAL, question, spoken, said["consents"])
            yield _field("call_when", Kind.ONE, question, spoken, said["call_times"], required=False)
            yield _field("language", Kind.ONE, question, spoken, said["writes_in"])
        case "when":
            yield _field("weekdays", Kind.SEVERAL, question, spoken, said["days"], required=False)
            yield _field("day_parts", Kind.SEVERAL, question, spoken, said["parts"], required=False)
            yield _field("not_before", Kind.DATE, question, spoken, required=False)
        case "consent":
            wording = OptionOut(value=said["wording"], label=said["wording_text"])
            label = plain(spoken.say(question.fields["agreed"].label))
            yield FieldOut(name="agreed", kind=Kind.AGREE, label=label, options=[wording])
        case _:
            kind = Kind.SEVERAL if slug == "reasons" else Kind.ONE
            yield FieldOut(name=slug, kind=kind, label=plain(said["asks"]), options=_options(said["options"]))


def _field(
    name: str, kind: Kind, question: Question, spoken: Spoken, options: Iterable[Option] = (), *, required: bool = True
) -> FieldOut:
    words = question.fields[name]
    return FieldOut(
        name=name,
        kind=kind,
        label=plain(spoken.say(words.label)),
        hint=plain(spoken.say(words.hint)) if words.hint else "",
        required=required,
        options=_options(options),
    )


def _options(options: Iterable[Option]) -> list[OptionOut]:
    return [OptionOut(value=value, label=plain(label), note=plain(note)) for value, label, note in options]
