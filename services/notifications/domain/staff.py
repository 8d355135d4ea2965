"""Who works at the clinic, and what may be changed about them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.events.staff import Role


class StaffNotFound(LookupError):
    """Nobody of that id works here."""


class AlreadyInvited(ValueError):
    """There is an account with this e-mail."""


class LastAdministrator(ValueError):
    """Somebody must be able to invite people and to change roles."""


class NoRole(ValueError):
    """Somebody without a role could do nothing."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of staff. `email` is lower-case; it is how they sign in."""

    id: UUID
    clinic_id: UUID
    email: str
    display_name: str
    roles: frozenset[Role]
    password_hash: str | None
    active: bool
    sessions_revoked_before: datetime | None
    version: int

    @property
    def administrates(self) -> bool:
        return self.active and Role.ADMINISTRATOR in self.roles

    def with_roles(self, roles: Iterable[Role]) -> "Staff":
        """Raises NoRole. The same roles change nothing."""
        roles = frozenset(roles)
        if not roles:
            raise NoRole("choose at least one role")
        return self if roles == self.roles else replace(self, roles=roles, version=self.version + 1)

    def left(self, now: datetime) -> "Staff":
        """No longer active; every sign-in so far is over. Leaving twice changes nothing."""
        if not self.active:
            return self
        return replace(self, active=False, sessions_revoked_before=now, version=self.version + 1)

    def returned(self) -> "Staff":
        return self if self.active else replace(self, active=True, version=self.version + 1)

    def with_password(self, password_hash: str, now: datetime) -> "Staff":
        """A new password ends every sign-in made with the old one."""
        first = self.password_hash is None
        return replace(
            self,
            password_hash=password_hash,
            sessions_revoked_before=self.sessions_revoked_before if first else now,
            version=self.version + (0 if first else 1),
        )


def email_key(text: str) -> str:
    """The form in which e-mails are compared and stored."""
    return text.strip().lower()
