"""Somebody new joins: an account without a password, and a link that sets one."""

from collections.abc import Iterable
from uuid import UUID

from services.notifications.domain.staff import NoRole, Staff, email_key
from services.notifications.store import invitations, staff
from services.notifications.use_cases.say_staff import say_staff
from shared.database.transaction import Transaction
from shared.events.staff import Role
from shared.ids import uuid7


async def invite_staff(tx: Transaction, clinic_id: UUID, email: str, name: str, roles: Iterable[Role]) -> str:
    """The secret of the one-time link. Raises AlreadyInvited, NoRole."""
    roles = frozenset(roles)
    if not roles:
        raise NoRole("choose at least one role")
    new = Staff(
        id=uuid7(),
        clinic_id=clinic_id,
        email=email_key(email),
        display_name=name,
        roles=roles,
        password_hash=None,
        active=True,
        sessions_revoked_before=None,
        version=1,
    )
    await staff.add(tx, new, tx.now)
    await say_staff(tx, new)
    return await invitations.make(tx, clinic_id, new.id)


async def renew_invitation(tx: Transaction, clinic_id: UUID, staff_id: UUID) -> str:
    """A new link for somebody who lost theirs, or forgot the password. Earlier links end. Raises StaffNotFound."""
    found = await staff.lock(tx, clinic_id, staff_id)
    return await invitations.make(tx, clinic_id, found.id)
