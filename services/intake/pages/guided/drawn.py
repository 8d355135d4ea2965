"""Draws the pages of a request: what every one of them needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Response

from services.intake.domain.guided.walk import Walk
from services.intake.domain.words import Words
from services.intake.pages.guided.asked import Shown, asked, in_fields
from services.intake.pages.guided.in_words import lines_of
from services.intake.pages.guided.opened import Opened
from services.intake.pages.guided.spoken import Spoken
from services.intake.pages.site import Site
from shared.settings import ClinicIdentity
from shared.web.frame import Frame
from shared.web.templating import Pages

FORMS = ("helper", "born", "name", "contact", "reasons", "when", "consent")
"""Questions with a template of their own."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pages of one person's request, in one language. `layout` is the template around them; `around_it` what that needs."""

    pages: Pages
    site: Site
    clinic: ClinicIdentity
    language: str
    layout: str = "guided/base.html"
    around_it: Mapping[str, Any] = field(default_factory=dict)

    @property
    def spoken(self) -> Spoken:
        return Spoken(self.site.texts(self.language), self.clinic)

    def around(self, languages: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
        texts = self.spoken.texts
        return {
            "frame": Frame(self.language, texts.frame, f"/info/{self.language}"),
            "say": self.spoken.say,
            "guided": texts.guided,
            "languages": languages,
        }

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        headers = {"Content-Language": self.language}
        around = {"layout": self.layout, **self.around_it}
        return self.pages.page(f"guided/{template}", status=status, headers=headers, **around, **values)

    def of_the_start(self) -> list[tuple[str, str, str]]:
        """Each language, what it calls itself, and the first question in it."""
        return [(language, name, f"/request/{language}") for language, name in self.site.in_languages()]

    def of_the_page(self, opened: Opened, slug: str) -> list[tuple[str, str, str]]:
        """The same for a page of a request."""
        return [(language, name, opened.address(language, slug)) for language, name in self.site.in_languages()]

    def in_request(self, opened: Opened, slug: str) -> dict[str, Any]:
        """What all pages behind a link have in common: where they stand in the walk, and help when it is needed."""
        walk, base = opened.walk, opened.address(self.language)
        before, progress, guided = walk.before(slug), walk.progress(slug), self.spoken.texts.guided
        counted = guided.item.format(number=progress.question, of=progress.questions)
        return {
            **self.around(self.of_the_page(opened, slug)),
            "base": base,
            "slug": slug,
            "back": f"{base}/{before}" if before else "",
            "progress": progress,
            "step": guided.step.format(step=progress.number, of=progress.of, name=guided.steps[progress.step].words),
            "counted": counted if progress.questions > 1 else "",
            "at_risk": opened.at_risk,
            "saved": bool(opened.token and walk.answers.pages),
        }

    def question(
        self,
        opened: Opened,
        slug: str,
        *,
        status: int = 200,
        shown: Shown | None = None,
        errors: Mapping[str, Words] | None = None,
        elsewhere: Walk | None = None,
        **besides: Any,
    ) -> Response:
        """`shown` is what was typed, when it is not what is kept; `elsewhere` what another window has kept meanwhile;
        `besides` what one page alone needs."""
        answers = elsewhere.answers if elsewhere else opened.walk.answers
        kept = answers.values(slug)
        return self.page(
            f"{_template(slug)}.html",
            status=status,
            **self.in_request(opened, slug),
            **asked(slug, opened.walk, self.spoken),
            **besides,
            shown=in_fields(kept, self.language) if shown is None else shown,
            errors=self.spoken.sentences(errors or {}),
            revision=answers.revision(slug),
            elsewhere=lines_of(slug, answers, elsewhere, self.spoken) if elsewhere else None,
        )

    def place_for_times(self, opened: Opened, **besides: Any) -> Response:
        """What stands in the place for free times, for a page that is open already."""
        question = self.spoken.texts.guided.question("when")
        return self.page("times_place.html", **self.in_request(opened, "when"), question=question, **besides)


def _template(slug: str) -> str:
    if slug in FORMS:
        return slug
    return "health" if slug.startswith("health-") else "choice"
