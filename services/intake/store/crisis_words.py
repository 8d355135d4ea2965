"""What somebody who told us of thoughts of suicide is told at once, for programs: the words of their own page."""

import tomllib
from functools import cache

from services.intake.store.site_texts import ENGLISH, SHIPPED


@cache
def _said(language: str) -> str:
    """In English where nothing of ours comes in this language."""
    ours = SHIPPED / language / "my-request.toml"
    found = ours if ours.exists() else SHIPPED / ENGLISH / "my-request.toml"
    return tomllib.loads(found.read_text(encoding="utf-8"))["urgent"]


def crisis_words(crisis_line: str, emergency_line: str, language: str = ENGLISH) -> str:
    return _said(language).format(crisis=crisis_line, emergency=emergency_line)
