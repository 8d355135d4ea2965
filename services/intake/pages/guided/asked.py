"""What a question shows besides what all pages have: its words, and what can be chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from services.intake.domain.consent import WORDINGS, Wording, current
from services.intake.domain.cssrs import ASKS
from services.intake.domain.cssrs import Question as Screener
from services.intake.domain.guided.accept import AUTHORITIES, BORN_PARTS, CALL_TIMES, LANGUAGES, WHOM
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.walk import Walk, item_of
from services.intake.domain.privacy import privacy_wording
from services.intake.domain.reasons import Reason
from services.intake.domain.safety import SAFETY_QUESTION
from services.intake.pages.guided.spoken import Spoken
from services.intake.pages.request_fields import OFFERED_DAYS, OFFERED_PARTS

Shown = Mapping[str, Sequence[str]]
"""What stands in the fields."""
Option = tuple[str, Markup, Markup | str]
"""Value, words, and a note below them."""


def asked(slug: str, walk: Walk, spoken: Spoken) -> dict[str, Any]:
    question = spoken.texts.guided.question(slug)
    for_another = walk.answers.for_another
    asks = question.asks_other if for_another and question.asks_other else question.asks
    hint = question.hint_other if for_another and question.hint_other else question.hint
    said: dict[str, Any] = {
        "question": question,
        "title": question.title.words,
        "asks": spoken.say(asks),
        "text": [spoken.say(one) for one in (for_another and question.text_other) or question.text],
        "above": "",
        "hint": spoken.say(hint) if hint else "",
        "note": "",
        "may_skip": False,
        "in_english_only": False,
        "answer_for_them": for_another and _is_about_the_person(slug),
    }
    return said | (of_feeling(slug, spoken) or _of_kind(slug, walk, spoken))


def of_feeling(slug: str, spoken: Spoken) -> dict[str, Any] | None:
    """Of an item of a scale, or a question about safety; None of every other page."""
    if found := item_of(slug):
        scale, item = found
        return {
            "above": spoken.words(scale.stem) if scale.stem else "",
            "asks": spoken.words(item.asks),
            "options": [(str(choice.value), spoken.words(choice.words), "") for choice in item.choices],
            "note": spoken.say(spoken.texts.guided.closest),
            "in_english_only": not spoken.has(item.asks),
            "may_skip": True,
        }
    if slug == "safety" or slug.startswith("screener-"):
        asks = SAFETY_QUESTION if slug == "safety" else ASKS[Screener(slug.removeprefix("screener-"))]
        return {
            "asks": spoken.words(asks),
            "options": _options(slug, ("yes", "no"), spoken),
            "in_english_only": not spoken.has(asks),
            "may_skip": True,
        }
    return None


def in_fields(kept: Values, language: str) -> Shown:
    """As it is typed: a date of birth in three parts, and a consent in the words of this language."""
    shown: dict[str, Sequence[str]] = dict(kept)
    if born := kept.get("born"):
        shown |= {part: [written.lstrip("0")] for part, written in zip(BORN_PARTS, born[0].split("-"), strict=True)}
    if consents := kept.get("consents"):
        shown["consents"] = [_in_language(WORDINGS[version], language).version for version in consents]
    return shown


def _in_language(agreed: Wording, language: str) -> Wording:
    return current(language, for_another=agreed.for_another)[agreed.channel]


def _of_kind(slug: str, walk: Walk, spoken: Spoken) -> dict[str, Any]:
    if slug.startswith("health-"):
        hint = spoken.texts.guided.questions["health"].hint
        return {
            "hint": spoken.say(hint) if hint else "",
            "items": [
                (item.id, spoken.words(item.asks), spoken.words(item.hint) if item.hint else "")
                for item in walk.health_items(slug)
            ],
            "options": _options("health", ("no", "yes", "unsure"), spoken),
        }
    return _of_form(slug, spoken, for_another=walk.answers.for_another)


def _of_form(slug: str, spoken: Spoken, *, for_another: bool) -> dict[str, Any]:
    match slug:
        case "who":
            return {"options": _options(slug, WHOM, spoken)}
        case "helper":
            return {"options": _options(slug, AUTHORITIES, spoken)}
        case "contact":
            return {
                "consents": _consents(spoken, for_another=for_another),
                "call_times": _options(slug, CALL_TIMES, spoken),
                "writes_in": _options(slug, LANGUAGES, spoken),
            }
        case "reasons":
            return {"options": _reasons(spoken)}
        case "when":
            return {
                "days": _options(slug, OFFERED_DAYS, spoken),
                "parts": _options(slug, [part for part, *_ in OFFERED_PARTS], spoken),
            }
        case "consent":
            wording = privacy_wording(spoken.language, for_another=for_another)
            return {"wording": wording.version, "wording_text": wording.said_by(spoken.clinic.name)}
        case _:
            return {}


def _options(slug: str, values: Sequence[str], spoken: Spoken) -> list[Option]:
    options = spoken.texts.guided.question(slug).options
    return [
        (value, spoken.say(options[value].label), spoken.say(note) if (note := options[value].note) else "")
        for value in values
    ]


def _consents(spoken: Spoken, *, for_another: bool) -> list[Option]:
    options = spoken.texts.guided.question("contact").options
    return [
        (wording.version, spoken.say(options[channel].label), wording.said_by(spoken.clinic.name))
        for channel, wording in current(spoken.language, for_another=for_another).items()
    ]


def _reasons(spoken: Spoken) -> list[Option]:
    """Called as on their own pages of the site."""
    pages = [(reason, spoken.texts.pages[reason]) for reason in Reason]
    return [
        (reason.value, spoken.say(page.title), spoken.say(page.short) if page.short else "") for reason, page in pages
    ]


def _is_about_the_person(slug: str) -> bool:
    return slug.startswith(("health-", "screener-")) or slug == "safety" or item_of(slug) is not None
