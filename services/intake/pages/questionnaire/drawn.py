"""Draws the pages of a questionnaire, with the templates of a request where a question looks the same."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from fastapi import Response

from services.intake.domain.guided.answers import Answers
from services.intake.domain.questionnaire.trend import Trend
from services.intake.domain.words import Words
from services.intake.pages.guided.asked import Shown, in_fields, of_feeling
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.in_words import lines_of_feeling
from services.intake.pages.questionnaire.chart import chart_of
from services.intake.pages.questionnaire.opened import Opened
from services.intake.pages.questionnaire.trend_words import words_of


def question(
    drawn: Drawn,
    opened: Opened,
    slug: str,
    *,
    status: int = 200,
    shown: Shown | None = None,
    errors: Mapping[str, Words] | None = None,
    elsewhere: Answers | None = None,
) -> Response:
    """`shown` is what was typed, when it is not what is kept; `elsewhere` what another window has kept meanwhile."""
    spoken, stops = drawn.spoken, opened.sheet.stops
    number, before = stops.index(slug) + 1, opened.sheet.before(slug)
    answers = elsewhere or opened.sheet.answers
    asked = spoken.texts.guided.question(slug)
    page = drawn.page(
        "choice.html",
        status=status,
        **_around(drawn, opened, slug),
        slug=slug,
        base=opened.base,
        back=f"{opened.base}/{before}" if before else "",
        progress=SimpleNamespace(number=number, of=len(stops)),
        step=spoken.texts.questionnaire.step.format(number=number, of=len(stops)),
        counted="",
        at_risk=opened.at_risk,
        saved=False,
        question=asked,
        title=asked.title.words,
        hint=spoken.say(asked.hint) if asked.hint else "",
        answer_for_them=False,
        **{"above": "", "note": "", **(of_feeling(slug, spoken) or {})},
        shown=in_fields(answers.values(slug), drawn.language) if shown is None else shown,
        errors=spoken.sentences(errors or {}),
        revision=answers.revision(slug),
        elsewhere=None if elsewhere is None else lines_of_feeling(slug, elsewhere.values(slug), spoken),
    )
    return opened.still_here(page)


def who(
    drawn: Drawn, opened: Opened, *, typed: Mapping[str, Sequence[str]] | None = None, empty: bool = False
) -> Response:
    """`typed` is what did not fit, or what something is missing of."""
    said = drawn.spoken.texts.questionnaire
    field, missing = ("born", said.who.no_date) if opened.proof.born else ("last_name", said.who.no_name)
    return _page(
        drawn,
        opened,
        "who",
        status=422 if typed is not None else 200,
        field=field,
        order=drawn.spoken.texts.guided.questions["born"].order,
        parts=drawn.spoken.texts.guided.questions["born"].fields,
        shown=typed or {},
        errors={field: drawn.spoken.say(missing if empty else said.who.does_not_fit)} if typed is not None else {},
    )


def ended(drawn: Drawn, opened: Opened, *, sent: bool = False) -> Response:
    sent = sent or opened.questionnaire.renewed
    return _page(
        drawn,
        opened,
        "ended",
        status=200 if sent else 410,  # gone, and how to go on stands on the page
        sent=sent,
        renewable=opened.questionnaire.renewable,
        arrived=opened.questionnaire.completed,
    )


def thanks(drawn: Drawn, opened: Opened, trends: Sequence[Trend]) -> Response:
    said = drawn.spoken.texts.questionnaire.thanks
    page = _page(
        drawn,
        opened,
        "thanks",
        at_risk=opened.at_risk,
        trends=[(trend, chart_of(trend), words_of(trend, said)) for trend in trends if trend.scale.items],
        counts_all=all(score.total is not None for score in opened.sheet.scores),
    )
    return opened.still_here(page)


def unknown(drawn: Drawn, languages: Sequence[tuple[str, str, str]]) -> Response:
    return drawn.pages.page(
        "questionnaire/unknown.html", status=404, **drawn.around(languages), q=drawn.spoken.texts.questionnaire
    )


def _page(drawn: Drawn, opened: Opened, template: str, *, status: int = 200, **values: Any) -> Response:
    return drawn.pages.page(
        f"questionnaire/{template}.html",
        status=status,
        headers={"Content-Language": drawn.language},
        **_around(drawn, opened, "thanks" if template == "thanks" else ""),
        base=opened.base,
        q=drawn.spoken.texts.questionnaire,
        **values,
    )


def _around(drawn: Drawn, opened: Opened, slug: str) -> dict[str, Any]:
    end = f"/{slug}" if slug else ""
    return drawn.around(
        [(language, name, f"/q/{opened.token}/{language}{end}") for language, name in drawn.site.in_languages()]
    )
