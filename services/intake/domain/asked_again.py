"""Questions of the guided request that staff ask for once more: just these, one a page, and the screener when it is due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.intake.domain.guided.answers import Answers, Values, scale_page
from services.intake.domain.guided.reading import HealthAnswer, Reading
from services.intake.domain.guided.walk import Walk, health_page
from services.intake.domain.questionnaire.sheet import Plan, Sheet, screener_pages
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import SCALES, Item9, ScaleCode
from services.intake.domain.screening import RuleSet, evaluate, items_to_ask
from services.intake.domain.screening.rule_set import Group
from shared.events.risk import RiskLevel


def pages_to_ask(rules: RuleSet, reasons: Sequence[Reason]) -> tuple[str, ...]:
    """What staff can choose from for a request with these reasons, by name: pages about health, then whole scales."""
    groups = {item.group for item in items_to_ask(rules, reasons)}
    health = [health_page(group) for group in Group if group in groups]
    return (*health, *(scale.code for scale in SCALES.values() if scale.items))


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """`pages` as they were chosen; `said` is what was answered on them. `rules` and `reasons` are the request's."""

    pages: tuple[str, ...]
    said: Answers
    rules: RuleSet
    reasons: tuple[Reason, ...]

    @property
    def walk(self) -> Walk:
        """As the pages of the guided request read it: which questions a page about health asks follows from the reasons."""
        reasons = {"reasons": tuple(reason.value for reason in self.reasons)}
        return Walk(self.said.with_page("reasons", reasons), self.rules)

    @property
    def sheet(self) -> Sheet:
        """Scales and signs of risk by what was answered here, not by what the request was sent for."""
        scales = tuple(ScaleCode(page) for page in self.pages if page in set(ScaleCode))
        return Sheet(Plan(scales, screener=False, protocol_version=0), self.said)

    @property
    def risk(self) -> RiskLevel | None:
        return self.sheet.risk

    def with_page(self, slug: str, values: Values) -> "AskedAgain":
        return replace(self, said=self.said.with_page(slug, values))

    @property
    def stops(self) -> tuple[str, ...]:
        return tuple(self._stops())

    @property
    def first_open(self) -> str | None:
        """None when everything was answered."""
        return next((slug for slug in self.stops if not self.said.has(slug)), None)

    def may_open(self, slug: str) -> bool:
        """What was reached opens again until the last answer; what lies ahead waits for the answers before it."""
        stops, first_open = self.stops, self.first_open
        return first_open is not None and slug in stops and stops.index(slug) <= stops.index(first_open)

    def before(self, slug: str) -> str | None:
        at = self.stops.index(slug)
        return self.stops[at - 1] if at else None

    def read(self) -> Reading:
        """What the clinic reads in them, under the rules of the request: of what was asked here, and of nothing else."""
        asked = [item for page in self.pages for item in self.walk.health_items(page)]
        names, health = {item.id for item in asked}, self.said.health
        found = evaluate(self.rules, health, self.reasons).findings
        return Reading(
            answers=self.said,
            scores=self.sheet.scores,
            health=tuple(HealthAnswer(item.name, health.get(item.id)) for item in asked),
            findings=tuple(one for one in found if one.item_id in names),
            rules_version=self.rules.version,
            risk=self.risk,
            safety_left_out=self.sheet.staff_ask_about_safety,
        )

    def _stops(self) -> Iterator[str]:
        """The screener comes directly after item 9, or at the end: a yes on the page of free questions leads to it too."""
        due, item_9 = self.sheet.screener_due, scale_page(ScaleCode.PHQ_9, 9)
        for slug in self._asked():
            yield slug
            if due and slug == item_9 and self.sheet.item_9 is Item9.ABOVE_ZERO:
                due = False
                yield from screener_pages(self.said)
        if due:
            yield from screener_pages(self.said)

    def _asked(self) -> Iterator[str]:
        for page in self.pages:
            if page in set(ScaleCode):
                yield from (scale_page(ScaleCode(page), item.number) for item in SCALES[ScaleCode(page)].items)
            else:
                yield page
