"""What somebody who told us of thoughts of suicide is told at once, for programs: the words of their own page, in English."""

import tomllib
from functools import cache

from services.intake.store.site_texts import SHIPPED


@cache
def _said() -> str:
    return tomllib.loads((SHIPPED / "en" / "my-request.toml").read_text(encoding="utf-8"))["urgent"]


def crisis_words(crisis_line: str, emergency_line: str) -> str:
    return _said().format(crisis=crisis_line, emergency=emergency_line)
