"""How two people are recognised as perhaps one: by what they gave, each brought into one form. Only ever compared."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.intake.domain.fair_share import mailbox_of


class Trait(StrEnum):
    EMAIL = "email"
    MOBILE = "mobile"
    NAME = "name"
    BIRTH = "birth"


SUGGESTS = (Trait.EMAIL, Trait.MOBILE)
"""Who shares one of these is perhaps the same person. A name alone, or a birthday, suggests nothing."""


def traits_of(name: str, email: str | None, mobile: str | None, born: date | None = None) -> Mapping[Trait, str]:
    """`mobile` in E.164."""
    given = {
        Trait.EMAIL: mailbox_of(email) if email else "",
        Trait.MOBILE: mobile or "",
        Trait.NAME: whole_name(name),
        Trait.BIRTH: born.isoformat() if born else "",
    }
    return {trait: value for trait, value in given.items() if value}


def whole_name(name: str) -> str:
    """All words of a name whatever their order, case, accents and hyphens: `Calloway, Inès` is `ines calloway`."""
    # Twice, because either step can bring up what the other takes away: a capital in a ligature, an accent in a small one.
    folded = _folded(_folded(name))
    letters = "".join(one if one.isalnum() else " " for one in folded if not unicodedata.combining(one))
    return " ".join(sorted(letters.split()))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody who shares `shared` with somebody else. `born_apart`: both birthdays are known, and differ."""

    patient_id: UUID
    shared: frozenset[Trait]
    born_apart: bool

    @property
    def likely(self) -> bool:
        """Rather the same person than a family that shares a phone."""
        return not self.born_apart and bool(self.shared & {Trait.NAME, Trait.BIRTH})
