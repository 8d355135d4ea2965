"""Who opens a link says something that only the person it was sent to would: a date of birth, or a last name."""

import unicodedata
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What is on file. Without a date of birth, as in requests on one page, the last name is asked.

    That is weaker. But a mail that went to a wrong address stays closed, and nobody who answered is turned away.
    """

    born: date | None
    name: str

    def __repr__(self) -> str:
        return "Proof(…)"

    def fits(self, typed: str) -> bool:
        """`typed` is a date as year-month-day, or a name; spelled with or without accents and capitals."""
        if self.born:
            return typed == self.born.isoformat()
        said, known = _words(typed), _words(self.name)
        return bool(said) and known[-len(said) :] == said


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return letters.split()
