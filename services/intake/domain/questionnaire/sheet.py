"""A questionnaire while it is answered: its questions in order, and the risk in the answers. Pure, so that no way loses any."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.intake.domain import safety
from services.intake.domain.cssrs import Question as Screener
from services.intake.domain.cssrs import Reply, next_question
from services.intake.domain.guided.answers import Answers, Values, scale_page, screener_page
from services.intake.domain.scales import SCALES, Item9, Scale, ScaleCode, Score
from shared.events.risk import RiskLevel

SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a patient is asked. With `screener` the C-SSRS comes whatever the scales say: item 9 misses many."""

    scales: tuple[ScaleCode, ...]
    screener: bool
    protocol_version: int


@dataclass(frozen=True, slots=True)
class Sheet:
    plan: Plan
    answers: Answers

    def with_page(self, slug: str, values: Values) -> "Sheet":
        return replace(self, answers=self.answers.with_page(slug, values))

    @property
    def scales(self) -> tuple[Scale, ...]:
        return tuple(SCALES[code] for code in self.plan.scales)

    @property
    def stops(self) -> tuple[str, ...]:
        return tuple(self._stops())

    @property
    def first_open(self) -> str | None:
        """The first question without an answer; None when all have one."""
        return next((slug for slug in self.stops if not self.answers.has(slug)), None)

    def may_open(self, slug: str) -> bool:
        """What was reached opens again in any order; what lies ahead waits for the answers before it."""
        stops = self.stops
        first_open = self.first_open
        return slug in stops and (first_open is None or stops.index(slug) <= stops.index(first_open))

    def before(self, slug: str) -> str | None:
        """None at the first."""
        at = self.stops.index(slug)
        return self.stops[at - 1] if at else None

    @property
    def item_9(self) -> Item9 | None:
        """None until it came so far, or where no scale asks it."""
        page = scale_page(ScaleCode.PHQ_9, 9)
        if not self.answers.has(page):
            return None
        value = self.answers.one(page)
        if not value:
            return Item9.MISSING
        return Item9.ABOVE_ZERO if int(value) > 0 else Item9.ZERO

    @property
    def screener_due(self) -> bool:
        return self.plan.screener or safety.cssrs_due((), self.item_9, self.answers.safety)

    @property
    def risk(self) -> RiskLevel | None:
        """By what was answered, not by why it was asked."""
        return safety.risk_level((), self.item_9, self.answers.triage, self.answers.safety)

    @property
    def staff_ask_about_safety(self) -> bool:
        """A question about safety was shown and left out."""
        triage = self.answers.triage
        return safety.prompts_staff(self.item_9, self.answers.safety) or (triage is not None and not triage.complete)

    @property
    def scores(self) -> tuple[Score, ...]:
        return tuple(scale.score(self.answers.of_scale(scale)) for scale in self.scales)

    def _stops(self) -> Iterator[str]:
        """The screener comes directly after the answer that leads to it, at the latest after the last question."""
        due = self.screener_due
        asked = list(self._asked())
        for slug in asked:
            yield slug
            leads = slug == scale_page(ScaleCode.PHQ_9, 9) and self.item_9 is Item9.ABOVE_ZERO
            if due and (leads or slug == asked[-1]):
                due = False
                yield from screener_pages(self.answers)

    def _asked(self) -> Iterator[str]:
        for scale in self.scales:
            yield from (scale_page(scale.code, item.number) for item in scale.items)
        if not any(scale.watches_item_9 for scale in self.scales):
            yield SAFETY


def screener_pages(answers: Answers) -> Iterator[str]:
    """Those that are due by the replies so far; what has no reply yet counts as a no: at least these come."""
    replies: dict[Screener, Reply] = {}
    while question := next_question(replies):
        yield screener_page(question)
        replies[question] = answers.replies.get(question, Reply.NO)
