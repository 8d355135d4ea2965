"""An item of the screening rules as fields of a form, and back, with a sentence for every field that is wrong."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from pydantic import ValidationError

from services.intake.domain.screening import ScreeningItem, Source
from services.intake.domain.screening.differences import LANGUAGES
from services.intake.domain.screening.rule_set import Instead, Weighing
from services.intake.domain.words import Words
from shared.versions.seen import Mistakes
from shared.web.plain_words import say

Typed = dict[str, str | list[str]]
ANSWERS = ("yes", "no", "unsure")
SPOKEN = ("asks", "hint", "patient")
LONGEST = 600
"""Characters of one sentence. `ScreeningItem` says the same of what staff read."""

_MISSING = {
    "name": "Write a name for staff.",
    "group": "Choose the group.",
    "sure": "Choose what it is supported by.",
    "yes": "Choose what follows from yes.",
    "no": "Choose what follows from no.",
    "unsure": "Choose what follows from not sure.",
    "staff": "Write the reason that staff read.",
    "asks_en": "Write the question in English: it is shown where a language is missing.",
    "hint_en": "Write the hint in English as well: it is shown where a language is missing.",
    "patient_en": "Write the words for the patient in English: they are shown where a language is missing.",
}


def typed_of(item: ScreeningItem) -> Typed:
    """What the form shows of the item as it is, with one empty place for a further reason that weighs differently."""
    typed: Typed = {
        "name": item.name,
        "group": item.group.value,
        "sure": item.sure.value,
        "only_for": [reason.value for reason in item.only_for],
        "staff": item.staff,
        **_answers("", item.weighs),
    }
    for name, words in (("asks", item.asks), ("hint", item.hint), ("patient", item.patient)):
        typed |= _by_language(name, words)
    for place, one in enumerate(item.instead):
        typed |= _exception(place, one)
    return typed | _exception(len(item.instead), None)


def typed_of_new() -> Typed:
    """An empty form."""
    fields = ("name", "group", "sure", "staff", *ANSWERS)
    spoken = [f"{name}_{language}" for name in SPOKEN for language in LANGUAGES]
    return {"only_for": [], **dict.fromkeys((*fields, *spoken), ""), **_exception(0, None)}


def read_item(
    form: Iterable[tuple[str, str]], item: ScreeningItem | None = None, taken: Collection[str] = ()
) -> ScreeningItem | Mistakes:
    """The item as it was typed. Its id and where its answer comes from are not for typing: they stay as in `item`; a new
    one gets an id from its name, not one of `taken`, and is asked.
    """
    typed: Typed = {"only_for": []}
    for name, value in form:
        value = value.replace("\r\n", "\n").strip()
        if name == "only_for":
            typed["only_for"] = [*typed["only_for"], value]
        else:
            typed[name] = value
    errors = {
        f"{name}_{language}": f"Write at most {LONGEST} characters in each language."
        for name in SPOKEN
        for language in LANGUAGES
        if len(typed.get(f"{name}_{language}", "")) > LONGEST
    }
    try:
        changed = ScreeningItem.model_validate(_data(item, typed, taken))
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            field = _field(one["loc"], typed)
            errors.setdefault(field, _missing(field) if not typed.get(field) else say(one))
        return Mistakes(errors, typed)
    return Mistakes(errors, typed) if errors else changed


def places(typed: Mapping[str, object]) -> list[int]:
    """The places for reasons that weigh differently, as they stand in the form."""
    return [place for place in range(len(typed)) if f"instead_{place}_reason" in typed]


def _missing(field: str) -> str:
    """What to do about an empty field, named so that the sentence can stand alone above the form."""
    before, _, last = field.rpartition("_") if field.startswith("instead_") else ("", "", field)
    said = _MISSING.get(last, "Fill this in.")
    return f"Where it weighs differently: {said[0].lower()}{said[1:]}" if before else said


def _answers(before: str, weighs: Weighing | None) -> Typed:
    return {f"{before}{answer}": getattr(weighs, answer).value if weighs else "" for answer in ANSWERS}


def _by_language(name: str, words: Words | None) -> Typed:
    known = dict(words.by_language) if words else {}
    return {f"{name}_{language}": known.get(language, "") for language in LANGUAGES}


def _exception(place: int, one: Instead | None) -> Typed:
    before = f"instead_{place}_"
    return {
        f"{before}reason": one.reason.value if one else "",
        f"{before}staff": one.staff if one else "",
        **_answers(before, one.weighs if one else None),
    }


def _data(item: ScreeningItem | None, typed: Typed, taken: Collection[str]) -> dict[str, object]:
    """A place without a reason is no exception: emptying the reason takes it away."""
    chosen = [place for place in places(typed) if typed[f"instead_{place}_reason"]]
    return {
        "id": item.id if item else _id_of(str(typed.get("name", "")), taken),
        "source": item.source if item else Source.ASKED,
        "name": typed.get("name", ""),
        "group": typed.get("group", ""),
        "sure": typed.get("sure", ""),
        "only_for": typed["only_for"],
        "asks": _spoken(item and item.asks, "asks", typed),
        "hint": _spoken(item and item.hint, "hint", typed) or None,
        "weighs": {answer: typed.get(answer, "") for answer in ANSWERS},
        "staff": typed.get("staff", ""),
        "patient": _spoken(item and item.patient, "patient", typed),
        "instead": [
            {
                "reason": typed[f"instead_{place}_reason"],
                "staff": typed.get(f"instead_{place}_staff", ""),
                "weighs": {answer: typed.get(f"instead_{place}_{answer}", "") for answer in ANSWERS},
            }
            for place in chosen
        ],
    }


def _id_of(name: str, taken: Collection[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "item"
    return next(one for one in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _spoken(before: Words | None, name: str, typed: Typed) -> Typed:
    """Languages that the form does not show stay as they are."""
    kept: Typed = {
        language: said for language, said in (before.by_language if before else ()) if language not in LANGUAGES
    }
    shown = {language: typed.get(f"{name}_{language}", "") for language in LANGUAGES}
    return {language: said for language, said in shown.items() if said} | kept


def _field(place: tuple[int | str, ...], typed: Typed) -> str:
    """Under which field of the form a mistake of the item is shown."""
    match place:
        case ("weighs", str(answer)):
            return answer
        case ("weighs",):
            return "unsure"
        case ("instead", int(nth), *rest):
            chosen = [at for at in places(typed) if typed[f"instead_{at}_reason"]]
            last = str(rest[-1]) if rest else "reason"
            return f"instead_{chosen[nth]}_{'unsure' if last == 'weighs' else last}"
        case (str(name), *_) if name in SPOKEN:
            return f"{name}_en"
        case (str(name), *_):
            return name
        case _:
            return "instead_0_reason"
