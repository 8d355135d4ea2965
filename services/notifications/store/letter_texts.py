"""The sentences of letters: one TOML file a language, read once when the service starts."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from services.notifications.domain.message import MessageKind
from services.notifications.domain.wording import VARIANTS, Wording

SHIPPED = Path(__file__).parents[1] / "texts"
ENGLISH = "en"
_EVERY_LETTER = {*MessageKind, *VARIANTS}


def read_wordings(folder: Path = SHIPPED) -> Mapping[str, Wording]:
    """By language, English first: it is what everybody gets whose language is not there.

    Raises ValueError for a file that says too little, or something that no letter says.
    """
    found = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    return {ENGLISH: found.pop(ENGLISH), **found}


def _read(path: Path) -> Wording:
    wording = Wording.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    if wording.letters.keys() != _EVERY_LETTER:
        differ = ", ".join(sorted(wording.letters.keys() ^ _EVERY_LETTER))
        raise ValueError(f"{path.name}: too few or too many letters: {differ}")
    return wording
