"""Which questions are asked, in which order: worked out anew from the answers, so that no way through them loses any.

What is no longer asked because an earlier answer changed stays as it was answered, and comes back with the question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from services.intake.domain.cssrs import Question as Screener
from services.intake.domain.cssrs import Reply, next_question
from services.intake.domain.guided.answers import Answers, scale_page, screener_page
from services.intake.domain.privacy import privacy_wordings
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import SCALES, Item, Item9, Scale, ScaleCode, scales_for
from services.intake.domain.screening import RuleSet, ScreeningItem, items_to_ask
from services.intake.domain.screening.rule_set import Group

CHECK = "check"
"""Behind the last question: everything once more, and the button that sends it."""


class Step(StrEnum):
    """What the progress counts, in order. Questions come and go with the answers, steps do not."""

    YOU = "you"
    CONTACT = "contact"
    REASONS = "reasons"
    HEALTH = "health"
    FEELING = "feeling"
    TIME = "time"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Stop:
    slug: str
    step: Step


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a page stands: its step, and which question of that step it is."""

    step: Step
    number: int
    of: int
    question: int
    questions: int


@dataclass(frozen=True)  # without slots: what follows from the answers is worked out once
class Walk:
    """The stops for these answers. `rules` decide what is asked about health."""

    answers: Answers
    rules: RuleSet

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        return (*_stops(self.answers, self._health), Stop(CHECK, Step.SEND))

    def has(self, slug: str) -> bool:
        return any(stop.slug == slug for stop in self.stops)

    @cached_property
    def first_open(self) -> str:
        """The first question that has no answer yet; CHECK when all have. Here whoever comes back goes on."""
        return next((stop.slug for stop in self.stops if not self._answered(stop.slug)), CHECK)

    def may_open(self, slug: str) -> bool:
        """What has been reached can be opened again in any order; what lies ahead waits for the answers before it."""
        reached = [stop.slug for stop in self.stops]
        return slug in reached and reached.index(slug) <= reached.index(self.first_open)

    def before(self, slug: str) -> str | None:
        """None at the first."""
        slugs = [stop.slug for stop in self.stops]
        at = slugs.index(slug)
        return slugs[at - 1] if at else None

    def progress(self, slug: str) -> Progress:
        stops = self.stops
        step = next(stop.step for stop in stops if stop.slug == slug)
        together = [stop.slug for stop in stops if stop.step is step]
        steps = list(Step)
        return Progress(step, steps.index(step) + 1, len(steps), together.index(slug) + 1, len(together))

    def health_items(self, slug: str) -> tuple[ScreeningItem, ...]:
        """The questions of a page about health."""
        return tuple(item for item in self._health if health_page(item.group) == slug)

    @cached_property
    def _health(self) -> tuple[ScreeningItem, ...]:
        order = list(Group)
        return tuple(sorted(items_to_ask(self.rules, self.answers.reasons), key=lambda item: order.index(item.group)))

    def _answered(self, slug: str) -> bool:
        """A further reason may add a question to a page about health that was answered before; and what was agreed to for
        oneself was not agreed to for another."""
        if slug == CHECK or not self.answers.has(slug):
            return False
        if slug == "consent":
            return self.answers.one(slug, "agreed") in privacy_wordings(for_another=self.answers.for_another)
        return all(item.id in self.answers.values(slug) for item in self.health_items(slug))


def health_page(group: Group) -> str:
    return f"health-{group}"


def item_of(slug: str) -> tuple[Scale, Item] | None:
    """The item of a scale behind a page; None for every other page."""
    return _ITEM_PAGES.get(slug)


_ITEM_PAGES = {scale_page(scale.code, item.number): (scale, item) for scale in SCALES.values() for item in scale.items}


def _stops(answers: Answers, health: tuple[ScreeningItem, ...]) -> Iterator[Stop]:
    """The screener comes directly after the first answer that leads to it, in the same step."""
    due = answers.screener_due
    for stop in _without_screener(answers, health):
        yield stop
        if due and _leads_to_screener(answers, stop.slug):
            due = False
            yield from _screener(answers, stop.step)


def _without_screener(answers: Answers, health: tuple[ScreeningItem, ...]) -> Iterator[Stop]:
    yield Stop("who", Step.YOU)
    if answers.for_another:
        yield Stop("helper", Step.YOU)
    # Before the name: whoever turns out to be a minor has left nothing behind.
    yield Stop("born", Step.YOU)
    yield Stop("name", Step.YOU)
    yield Stop("contact", Step.CONTACT)
    yield Stop("reasons", Step.REASONS)
    for group in dict.fromkeys(item.group for item in health):
        yield Stop(health_page(group), Step.HEALTH)
    for slug in _feeling(answers):
        yield Stop(slug, Step.FEELING)
    yield Stop("when", Step.TIME)
    yield Stop("consent", Step.SEND)


def _feeling(answers: Answers) -> list[str]:
    scales = scales_for(answers.reasons)
    pages = [scale_page(scale.code, item.number) for scale in scales for item in scale.items]
    return pages if _asks_about_safety(scales) else [*pages, "safety"]


def _asks_about_safety(scales: tuple[Scale, ...]) -> bool:
    return any(scale.watches_item_9 for scale in scales)


def _leads_to_screener(answers: Answers, slug: str) -> bool:
    """At the latest it comes after the last of these questions: what led to it may no longer be asked itself."""
    return (
        (slug == "reasons" and Reason.SUICIDAL_IDEATION in answers.reasons)
        or (slug == scale_page(ScaleCode.PHQ_9, 9) and answers.item_9 is Item9.ABOVE_ZERO)
        or slug == _feeling(answers)[-1]
    )


def _screener(answers: Answers, step: Step) -> Iterator[Stop]:
    """The questions that are due by the replies so far. What has no reply yet counts as a no: at least these come."""
    replies: dict[Screener, Reply] = {}
    while question := next_question(replies):
        yield Stop(screener_page(question), step)
        replies[question] = answers.replies.get(question, Reply.NO)
