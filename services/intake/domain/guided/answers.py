"""What somebody has answered so far, page by page, as it was typed; and what that means in the terms of the field."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.intake.domain import safety
from services.intake.domain.cssrs import Question as Screener
from services.intake.domain.cssrs import Reply, Triage, triage
from services.intake.domain.draft import Draft
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import Item9, Scale, ScaleCode, Score, scales_for
from services.intake.domain.screening import Answer
from shared.events.risk import RiskLevel

Values = Mapping[str, tuple[str, ...]]
"""Of one page: the values of each field. None at all when the question was skipped."""


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """`revision` rises with every save of this page: that is how a second window notices the first."""

    values: Values
    revision: int = 1

    def __repr__(self) -> str:
        """No answer, so that a page in a log line or a traceback tells nobody anything."""
        return f"Page(…, revision={self.revision})"


@dataclass(frozen=True, slots=True)
class Answers:
    pages: Mapping[str, Page] = field(default_factory=dict)

    def has(self, slug: str) -> bool:
        return slug in self.pages

    def revision(self, slug: str) -> int:
        return self.pages[slug].revision if slug in self.pages else 0

    def values(self, slug: str) -> Values:
        return self.pages[slug].values if slug in self.pages else {}

    def with_page(self, slug: str, values: Values) -> "Answers":
        """The same values again change nothing."""
        if self.has(slug) and self.values(slug) == values:
            return self
        return replace(self, pages={**self.pages, slug: Page(values, self.revision(slug) + 1)})

    def one(self, slug: str, name: str | None = None) -> str:
        """The value of a field that takes one; empty when there is none."""
        return next(iter(self.values(slug).get(name or slug, ())), "")

    def several(self, slug: str, name: str | None = None) -> tuple[str, ...]:
        return self.values(slug).get(name or slug, ())

    @property
    def for_another(self) -> bool:
        return self.one("who") == "other"

    @property
    def language(self) -> str:
        """In which they want to be written to; empty until they were asked."""
        return self.one("contact", "language")

    @property
    def born(self) -> date | None:
        return date.fromisoformat(self.one("born")) if self.one("born") else None

    @property
    def hold_id(self) -> UUID | None:
        """Of the time that scheduling keeps for them, when they chose one."""
        return UUID(self.one("when", "hold_id")) if self.one("when", "hold_id") else None

    @property
    def spoken_to(self) -> UUID | None:
        """The member of staff who read the permissions to contact them out, when they agreed aloud."""
        return UUID(self.one("contact", "spoken_to")) if self.one("contact", "spoken_to") else None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        chosen = self.several("reasons")
        return tuple(reason for reason in Reason if reason in chosen)

    @property
    def draft(self) -> Draft:
        """As the rules of a request read it."""
        return Draft(
            name=self.one("name"),
            email=self.one("contact", "email"),
            mobile=self.one("contact", "mobile"),
            consents=self.several("contact", "consents"),
            reasons=self.several("reasons"),
            weekdays=self.several("when", "weekdays"),
            day_parts=self.several("when", "day_parts"),
            not_before=self.one("when", "not_before"),
        )

    def of_scale(self, scale: Scale) -> dict[int, int]:
        """Item → value. What was skipped, or not come to yet, is absent."""
        given = {item.number: self.one(scale_page(scale.code, item.number)) for item in scale.items}
        return {number: int(value) for number, value in given.items() if value}

    @property
    def scores(self) -> tuple[tuple[Scale, Score], ...]:
        return tuple((scale, scale.score(self.of_scale(scale))) for scale in scales_for(self.reasons))

    @property
    def item_9(self) -> Item9 | None:
        """None until PHQ-9 came so far, or when these reasons do not ask for it.

        Above zero counts also then: a reason that was taken back in another window does not take back what was said.
        """
        page = scale_page(ScaleCode.PHQ_9, 9)
        value = self.one(page)
        if value and int(value) > 0:
            return Item9.ABOVE_ZERO
        asked = any(scale.watches_item_9 for scale in scales_for(self.reasons))
        if not asked or not self.has(page):
            return None
        return Item9.ZERO if value else Item9.MISSING

    @property
    def safety(self) -> Reply | None:
        return self._reply("safety")

    @property
    def replies(self) -> dict[Screener, Reply]:
        given = {question: self._reply(screener_page(question)) for question in Screener}
        return {question: reply for question, reply in given.items() if reply}

    def _reply(self, page: str) -> Reply | None:
        """None until it came so far. Gone on without an answer is skipped, and never read as a no."""
        if not self.has(page):
            return None
        return Reply(self.one(page) or Reply.SKIPPED)

    @property
    def screener_due(self) -> bool:
        return safety.cssrs_due(self.reasons, self.item_9, self.safety)

    @property
    def triage(self) -> Triage | None:
        return triage(self.replies) if self.replies else None

    @property
    def risk(self) -> RiskLevel | None:
        return safety.risk_level(self.reasons, self.item_9, self.triage, self.safety)

    @property
    def staff_ask_about_safety(self) -> bool:
        return safety.prompts_staff(self.item_9, self.safety)

    @property
    def health(self) -> dict[str, Answer]:
        return {
            name: Answer(chosen[0])
            for slug, page in self.pages.items()
            if slug.startswith("health-")
            for name, chosen in page.values.items()
            if chosen
        }

    def written(self) -> dict[str, Any]:
        """What `read` makes the same answers from."""
        return {
            slug: {"revision": page.revision, "values": {name: list(values) for name, values in page.values.items()}}
            for slug, page in self.pages.items()
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Answers":
        return cls(
            {
                slug: Page({name: tuple(values) for name, values in page["values"].items()}, page["revision"])
                for slug, page in data.items()
            }
        )


def scale_page(code: ScaleCode, number: int) -> str:
    return f"{code}-{number}"


def screener_page(question: Screener) -> str:
    return f"screener-{question}"
