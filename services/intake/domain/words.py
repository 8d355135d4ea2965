"""A sentence for patients, in the languages we have it in."""

from collections.abc import Mapping
from dataclasses import dataclass

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """English is always there. A further language is a further pair, and no code."""

    by_language: tuple[tuple[str, str], ...]

    def in_language(self, language: str) -> str:
        """By the main part of a language tag (`es` of `es-MX`); in English when we do not have it."""
        known = dict(self.by_language)
        return known.get(language.partition("-")[0].lower()) or known[ENGLISH]


def words(en: str, **others: str) -> Words:
    """`words("Not at all", es="Ningún día")`."""
    return Words(((ENGLISH, en), *others.items()))


def words_of(by_language: Mapping[str, str]) -> Words:
    """From what a file holds. Raises ValueError when there is no English."""
    if not by_language.get(ENGLISH):
        raise ValueError("Write the English words: they are shown where a language is missing.")
    return Words(tuple(by_language.items()))
