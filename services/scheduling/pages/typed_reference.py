"""A reference as people type it from an e-mail or a call: with or without its letters, in any case, with any dashes."""

import re

_LETTERS = 6
_NOISE = re.compile(r"[\W_]+")


def read_reference(typed: str, prefix: str) -> str | None:
    """`tsc 4k7q2m`, `4K7-Q2M` and `TSC-4K7Q2M` are one; None for what cannot be a reference."""
    said = _NOISE.sub("", typed).upper()
    letters = said.removeprefix(prefix) if len(said) > _LETTERS else said
    return f"{prefix}-{letters}" if len(letters) == _LETTERS and letters.isascii() and letters.isalnum() else None
