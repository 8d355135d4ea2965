"""What was answered, in words: for the page that shows all of it before it is sent, and for what another window changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from markupsafe import Markup

from services.intake.domain.consent import WORDINGS
from services.intake.domain.contact_rules import clean_phone, readable_phone, region_of
from services.intake.domain.cssrs import ASKS
from services.intake.domain.cssrs import Question as Screener
from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.said import Question
from services.intake.domain.guided.walk import Step, Walk, item_of
from services.intake.domain.safety import SAFETY_QUESTION
from services.intake.domain.screening import Answer
from services.intake.pages.guided.spoken import Spoken
from shared.web.times import patient_when


@dataclass(frozen=True, slots=True)
class Line:
    """`asks` is empty where the page asks one thing only, which its title names."""

    asks: Markup
    answer: Markup


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the walk. `scales` are folded: each is many questions of one kind, and a line that counts them."""

    heading: Markup
    pages: tuple["Answered", ...]
    scales: tuple["OfScale", ...]


@dataclass(frozen=True, slots=True)
class OfScale:
    heading: Markup
    counted: str
    pages: tuple["Answered", ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One page of the walk, as it was answered."""

    slug: str
    title: Markup
    lines: tuple[Line, ...]


def answered(walk: Walk, spoken: Spoken) -> tuple[Answered, ...]:
    """Every page of the walk that has an answer."""
    return tuple(
        Answered(
            stop.slug,
            spoken.say(spoken.texts.guided.question(stop.slug).title),
            lines_of(stop.slug, walk.answers, walk, spoken),
        )
        for stop in walk.stops
        if walk.answers.has(stop.slug)
    )


def together(pages: Sequence[Answered], walk: Walk, spoken: Spoken) -> tuple[Section, ...]:
    """The same, step by step."""
    guided = spoken.texts.guided
    steps = {stop.slug: stop.step for stop in walk.stops}
    return tuple(
        Section(spoken.say(guided.steps[step]), _alone(of_step, walk, spoken), _by_scale(of_step, walk, spoken))
        for step in Step
        if (of_step := [page for page in pages if steps[page.slug] is step])
    )


def _alone(pages: Sequence[Answered], walk: Walk, spoken: Spoken) -> tuple[Answered, ...]:
    return tuple(_briefly(page, walk, spoken) for page in pages if not item_of(page.slug))


def _briefly(page: Answered, walk: Walk, spoken: Spoken) -> Answered:
    """What was answered with no is counted, so that the rest is seen."""
    if not page.slug.startswith("health-"):
        return page
    answers = [
        values[0] for item in walk.health_items(page.slug) if (values := walk.answers.values(page.slug).get(item.id))
    ]
    told = tuple(line for line, answer in zip(page.lines, answers, strict=True) if answer != Answer.NO)
    if len(told) == len(page.lines):
        return page
    no_to = spoken.texts.guided.check.no_to.format(number=len(page.lines) - len(told), of=len(page.lines))
    return replace(page, lines=(*told, _line(Markup("{}").format(no_to))))


def _by_scale(pages: Sequence[Answered], walk: Walk, spoken: Spoken) -> tuple[OfScale, ...]:
    items = [page for page in pages if item_of(page.slug)]
    return tuple(
        OfScale(group[0].title, _counted(group, walk, spoken), group)
        for group in (tuple(of_scale) for _, of_scale in groupby(items, key=lambda page: page.slug.rpartition("-")[0]))
    )


def _counted(pages: Sequence[Answered], walk: Walk, spoken: Spoken) -> str:
    given = sum(bool(walk.answers.values(page.slug)) for page in pages)
    return spoken.texts.guided.check.answered.format(number=given, of=len(pages))


def lines_of_feeling(slug: str, values: Values, spoken: Spoken) -> tuple[Line, ...] | None:
    """Of an item of a scale, or a question about safety; None of every other page."""
    question, guided = spoken.texts.guided.question(slug), spoken.texts.guided
    if found := item_of(slug):
        _, item = found
        chosen = [choice.words for choice in item.choices if values.get(slug) == (str(choice.value),)]
        return (Line(spoken.words(item.asks), spoken.words(chosen[0]) if chosen else spoken.say(guided.check.skipped)),)
    if slug == "safety":
        return (Line(spoken.words(SAFETY_QUESTION), _option(question, values[slug][0], spoken)),)
    if slug.startswith("screener-"):
        asks = ASKS[Screener(slug.removeprefix("screener-"))]
        return (Line(spoken.words(asks), _option(question, values[slug][0], spoken)),)
    return None


def lines_of(slug: str, answers: Answers, walk: Walk, spoken: Spoken) -> tuple[Line, ...]:
    values, guided = answers.values(slug), spoken.texts.guided
    if (lines := lines_of_feeling(slug, values, spoken)) is not None:
        return lines
    question = guided.question(slug)
    if slug.startswith("health-"):
        options = guided.questions["health"]
        return tuple(
            Line(spoken.words(item.asks), _option(options, values[item.id][0], spoken))
            for item in walk.health_items(slug)
            if item.id in values
        )
    return tuple(_of_form(slug, values, question, spoken))


def _of_form(slug: str, values: Values, question: Question, spoken: Spoken) -> Iterator[Line]:
    check = spoken.texts.guided.check
    match slug:
        case "helper":
            yield _line(_typed(values["helper_name"]))
            yield _line(_options(question, values["authority"], spoken))
        case "born":
            yield _line(day_in_words(values["born"][0], spoken))
        case "name":
            yield _line(_typed(values["name"]))
        case "contact":
            yield from _contact(values, question, spoken)
        case "reasons":
            yield _line(_listed(spoken.say(spoken.texts.pages[reason].title) for reason in values["reasons"]))
        case "when":
            if slot := values.get("slot", ()):
                when = patient_when(datetime.fromisoformat(slot[0]), spoken.clinic.zone, language=spoken.language)
                yield Line(spoken.say(question.fields["slot"].label), Markup("{}").format(when))
            for name in ("weekdays", "day_parts", "not_before"):
                if chosen := values.get(name, ()):
                    said = (
                        day_in_words(chosen[0], spoken) if name == "not_before" else _options(question, chosen, spoken)
                    )
                    yield Line(spoken.say(question.fields[name].label), said)
            if not any(values.values()):
                yield _line(spoken.say(check.none))
        case "consent":
            yield _line(_typed(values["text"]))
        case _:
            yield _line(_options(question, values[slug], spoken))


def _contact(values: Values, question: Question, spoken: Spoken) -> Iterator[Line]:
    fields = question.fields
    if email := values["email"]:
        yield Line(spoken.say(fields["email"].label), _typed(email))
    if mobile := values["mobile"]:
        region = region_of(spoken.clinic.phone)
        readable = readable_phone(clean_phone(mobile[0], region), region)
        yield Line(spoken.say(fields["mobile"].label), _typed([readable]))
    channels = [WORDINGS[version].channel for version in values["consents"]]
    yield Line(spoken.say(fields["consents"].label), _options(question, channels, spoken))
    if when := values["call_when"]:
        yield Line(spoken.say(fields["call_when"].label), _options(question, when, spoken))
    yield Line(spoken.say(fields["language"].label), _options(question, values["language"], spoken))


def _line(answer: Markup) -> Line:
    return Line(Markup(""), answer)


def _typed(values: Iterable[str]) -> Markup:
    return Markup("<bdi>{}</bdi>").format(" ".join(values))


def _option(question: Question, value: str, spoken: Spoken) -> Markup:
    """What was left out is no option: it is said to be so."""
    if value not in question.options:
        return spoken.say(spoken.texts.guided.check.skipped)
    return spoken.say(question.options[value].label)


def _options(question: Question, values: Iterable[str], spoken: Spoken) -> Markup:
    return _listed(_option(question, value, spoken) for value in values)


def _listed(parts: Iterable[Markup]) -> Markup:
    return Markup(", ").join(parts)


def day_in_words(written: str, spoken: Spoken) -> Markup:
    day, guided = date.fromisoformat(written), spoken.texts.guided
    month = guided.months[day.month - 1].words
    return Markup("{}").format(guided.date.format(day=day.day, month=month, year=day.year))
