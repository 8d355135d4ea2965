"""An appointment that could be: found, offered to a program, and kept nowhere. Its name says what it is, so that whoever books
it needs nothing but the name; booking checks everything again."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.scheduling.domain.clinic import Purpose

_NAME = re.compile(r"p([cs])([0-3])([0-9a-f]{8})((?:[A-Za-z0-9.-]{22}){0,2})")
_LETTERS = {Purpose.CONSULTATION: "c", Purpose.SESSION: "s"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole minute for a kind of appointment; `clinician` is a resource."""

    purpose: Purpose
    starts_at: datetime
    patient_id: UUID | None = None
    clinician: UUID | None = None

    @property
    def name(self) -> str:
        """Letters, digits, - and . only, and at most 64 of them: an id of FHIR."""
        minutes = (self.starts_at - _EPOCH) // timedelta(minutes=1)
        named = (self.patient_id is not None) + 2 * (self.clinician is not None)
        ids = "".join(_short(one) for one in (self.patient_id, self.clinician) if one is not None)
        return f"p{_LETTERS[self.purpose]}{named}{minutes:08x}{ids}"

    @classmethod
    def named(cls, name: str) -> "Proposal":
        """Raises ValueError for a name that was never given."""
        if (found := _NAME.fullmatch(name)) is None:
            raise ValueError("no proposal has such a name")
        letter, named, minutes, ids = found.groups()
        each = [_long(ids[at : at + 22]) for at in range(0, len(ids), 22)]
        if len(each) != int(named).bit_count():
            raise ValueError("no proposal has such a name")
        return cls(
            purpose=next(purpose for purpose, its in _LETTERS.items() if its == letter),
            starts_at=_EPOCH + timedelta(minutes=int(minutes, 16)),
            patient_id=each[0] if int(named) & 1 else None,
            clinician=each[-1] if int(named) & 2 else None,
        )


def _short(one: UUID) -> str:
    return urlsafe_b64encode(one.bytes).decode().rstrip("=").replace("_", ".")


def _long(text: str) -> UUID:
    one = UUID(bytes=urlsafe_b64decode(text.replace(".", "_") + "=="))
    if _short(one) != text:
        raise ValueError("no proposal has such a name")
    return one
