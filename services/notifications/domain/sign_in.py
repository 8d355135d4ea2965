"""A signed-in session on the server's side: how long it lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LONGEST = timedelta(hours=12)
"""One long shift. After it somebody signs in again, however active they were."""


@dataclass(frozen=True, slots=True)
class SignIn:
    id: UUID
    staff_id: UUID
    strength: str
    created_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None

    def alive(self, now: datetime, *, idle: timedelta, revoked_before: datetime | None) -> bool:
        """Not signed out, not revoked, not older than LONGEST, and used within `idle`."""
        revoked = self.revoked_at is not None or (revoked_before is not None and self.created_at < revoked_before)
        return not revoked and now < self.created_at + LONGEST and now < self.last_seen_at + idle
