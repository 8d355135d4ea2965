"""A time that is kept for a while for somebody who is still asking, and how many anybody may have kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.consultation import Request

WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hold:
    """The time that a request has chosen. `appointment_id` and `kept_until` are None when it is not kept any more."""

    id: UUID
    clinic_id: UUID
    request_id: UUID
    patient_id: UUID
    starts_at: datetime
    ends_at: datetime
    appointment_id: UUID | None = None
    kept_until: datetime | None = None

    def is_of(self, request: Request) -> bool:
        """Whether the request names it, and is the one that it was taken for."""
        return (self.id, self.request_id, self.patient_id) == (request.hold_id, request.id, request.patient_id)

    def is_kept(self, now: datetime) -> bool:
        return self.kept_until is not None and now < self.kept_until


@dataclass(frozen=True, slots=True)
class Cap:
    """How many times one contact, or one network, may have kept at once, and take in a WINDOW."""

    at_once: int
    in_window: int


@dataclass(frozen=True, slots=True)
class HoldRules:
    """`length` is how long a time is kept. Moving to another time counts as taking one: nobody keeps a time for a day."""

    length: timedelta
    contact: Cap
    network: Cap


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes a time, as keyed hashes; `network` is None where it would be everybody."""

    contacts: tuple[bytes, ...]
    network: bytes | None = None

    def counted(self, rules: HoldRules) -> list[tuple[bytes, Cap]]:
        """In an order that is the same for all, as each is locked before it is counted."""
        caps = dict.fromkeys(self.contacts, rules.contact)
        if self.network is not None:
            caps[self.network] = rules.network
        return sorted(caps.items(), key=lambda one: one[0])
