"""The texts of the public site: folders of TOML files, one folder a language, one file a page.

What a clinic writes in a folder of its own (SITE_TEXTS) stands over what comes with the product, key by key. What a
language does not say is said in English.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from services.intake.domain.guided.said import Guided
from services.intake.domain.my_request_said import MyRequestTexts
from services.intake.domain.questionnaire.said import QuestionnaireTexts
from services.intake.domain.site import HOME, PAGES, Around, Home, InfoPage, Leaf, Rulers
from shared.web.frame import FrameWords

SHIPPED = Path(__file__).parents[1] / "texts"
ENGLISH = "en"
FILES: Mapping[str, type[BaseModel]] = {
    "frame": FrameWords,
    "around": Around,
    "rulers": Rulers,
    "guided": Guided,
    "my-request": MyRequestTexts,
    "questionnaire": QuestionnaireTexts,
    HOME: Home,
    **dict.fromkeys(PAGES, InfoPage),
}
Raw = dict[str, Any]
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class TextsUnreadable(Exception):
    """A file of texts is not as it must be: which one, where in it, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Language:
    """Everything the site says in one language."""

    name: str
    frame: FrameWords
    around: Around
    rulers: Rulers
    guided: Guided
    my_request: MyRequestTexts
    questionnaire: QuestionnaireTexts
    home: Home
    pages: Mapping[str, InfoPage]


def read_texts(folders: Sequence[Path]) -> dict[str, Language]:
    """Every language that has a folder in one of these, English first. Later folders stand over earlier ones.

    Raises TextsUnreadable.
    """
    names = sorted({name for folder in folders for name in _languages_in(folder)} - {ENGLISH})
    return {name: _language(name, folders) for name in (ENGLISH, *names)}


def _languages_in(folder: Path) -> Iterator[str]:
    try:
        for one in folder.iterdir():
            if one.is_dir() and not one.name.startswith("."):
                _refuse_unknown_names(one)
                yield one.name
    except OSError as error:
        raise TextsUnreadable(f"{folder} cannot be read: {error.strerror}") from error


def _refuse_unknown_names(language: Path) -> None:
    if not _LANGUAGE.fullmatch(language.name):
        raise TextsUnreadable(f"{language}: a folder is named for its language, such as en, es or pt-BR")
    for file in language.glob("*.toml"):
        if file.stem not in FILES:
            raise TextsUnreadable(f"{file}: no page has this name; there are: {', '.join(FILES)}")


def _language(name: str, folders: Sequence[Path]) -> Language:
    # Weakest first: English as it comes with the product, the clinic's English, then the same of the language itself.
    layers = [(language, folder) for language in dict.fromkeys((ENGLISH, name)) for folder in folders]
    said: dict[str, Any] = {file: _said(file, model, layers) for file, model in FILES.items()}
    pages = {page: said[page] for page in PAGES}
    return Language(
        name,
        said["frame"],
        said["around"],
        said["rulers"],
        said["guided"],
        said["my-request"],
        said["questionnaire"],
        said[HOME],
        pages,
    )


def _said(file: str, model: type[BaseModel], layers: Sequence[tuple[str, Path]]) -> BaseModel:
    merged: Raw = {}
    read: list[str] = []
    for language, folder in layers:
        path = folder / language / f"{file}.toml"
        if raw := _read(path):
            read.append(str(path))
            merged = _over(merged, raw if model is FrameWords else _leaves(raw, language))
    try:
        return model.model_validate(merged)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise TextsUnreadable(f"{' or '.join(read) or f'no {file}.toml'}: {wrong}") from error


def _read(path: Path) -> Raw:
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TextsUnreadable(f"{path}: {error}") from error


@lru_cache
def _parsed(text: str) -> Raw:
    """The same for the same text, so nobody may change it: English stands under every language and is read for each."""
    return tomllib.loads(text)


def _leaves(raw: Raw, language: str) -> Raw:
    return {
        key: _leaves(value, language) if isinstance(value, dict) else Leaf(value, language)
        for key, value in raw.items()
    }


def _over(below: Raw, above: Raw) -> Raw:
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        both[key] = _over(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return both
