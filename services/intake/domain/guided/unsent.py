"""A request that is being filled in, from its first answer until it is sent or forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.events.risk import RiskLevel

_GRAVITY = tuple(RiskLevel)


class DraftUnknown(LookupError):
    """No request that somebody began has this token: it was never ours, or was left alone so long that it was erased."""


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """`risk` is the gravest that was raised so far. `answers` are sealed; once sent they are the way to the request.

    `begun_by` is the member of staff who began it with a caller. It is staff's to fill in until the caller has answered
    something by a link of their own (`taken_over_at`), or it is sent.
    """

    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    reference: str
    language: str
    answers: bytes
    risk: RiskLevel | None
    begun_at: datetime
    saved_at: datetime
    sent_at: datetime | None = None
    begun_by: UUID | None = None
    taken_over_at: datetime | None = None

    @property
    def with_staff(self) -> bool:
        """Whether staff may see its answers and fill it in."""
        return self.begun_by is not None and self.taken_over_at is None and not self.sent

    def with_caller(self, now: datetime) -> "RequestDraft":
        """The person whose request it is has answered by their own link."""
        if self.begun_by is None or self.taken_over_at:
            return self
        return replace(self, taken_over_at=now)

    @property
    def sent(self) -> bool:
        return self.sent_at is not None

    def saved(self, answers: bytes, now: datetime) -> "RequestDraft":
        return replace(self, answers=answers, saved_at=now)

    def sent_as(self, way: bytes, now: datetime) -> "RequestDraft":
        return replace(self, answers=way, saved_at=now, sent_at=now)

    def rises_to(self, level: RiskLevel | None) -> bool:
        """Whether this is graver than what was raised. What was answered away again stays raised: it was said."""
        return rises(self.risk, level)

    def rises_above(self, level: RiskLevel | None) -> bool:
        """Whether what was raised is graver than what these answers show now."""
        return _grave(self.risk) > _grave(level)


def rises(raised: RiskLevel | None, level: RiskLevel | None) -> bool:
    """Whether `level` is graver than what was raised so far."""
    return _grave(level) > _grave(raised)


def gravest(levels: Iterable[RiskLevel]) -> RiskLevel | None:
    return max(levels, key=_grave, default=None)


def _grave(level: RiskLevel | None) -> int:
    return _GRAVITY.index(level) if level else -1
