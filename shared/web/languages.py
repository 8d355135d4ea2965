"""Which language a visitor is answered in: the first wish of `Accept-Language` that we can meet.

The look-up of RFC 4647, as RFC 9110 reads the header: `es-MX` is met by `es`, and `pt` by `pt-BR`.
"""

from collections.abc import Iterator, Sequence

MOST_WISHES = 20
"""A browser sends a handful. Whoever sends more is answered by the first."""


def preferred(accept_language: str, offered: Sequence[str]) -> str:
    """One of `offered`; its first where no wish can be met."""
    for wish in sorted(_wishes(accept_language), key=lambda wish: -wish[1]):
        if met := _met(wish[0], offered):
            return met
    return offered[0]


def _wishes(header: str) -> Iterator[tuple[str, float]]:
    """Language and weight, in the order sent. What is written wrongly, or weighs 0, is no wish."""
    for part in header.split(",")[:MOST_WISHES]:
        language, _, weight = part.partition(";")
        try:
            weighs = float(weight.partition("=")[2]) if weight.strip() else 1.0
        except ValueError:
            continue
        if language.strip() and 0 < weighs <= 1:
            yield language.strip().lower(), weighs


def _met(wish: str, offered: Sequence[str]) -> str | None:
    if wish == "*":
        return offered[0]
    names = {language.lower(): language for language in offered}
    shorter = wish
    while shorter:
        if shorter in names:
            return names[shorter]
        shorter = shorter.rpartition("-")[0]
    return next((language for name, language in names.items() if name.startswith(f"{wish}-")), None)
