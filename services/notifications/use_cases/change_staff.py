"""An administrator changes what somebody may do, or that they no longer work here."""

from collections.abc import Callable, Iterable
from uuid import UUID

from services.notifications.domain.staff import LastAdministrator, Staff, StaffNotFound
from services.notifications.store import staff
from services.notifications.use_cases.say_staff import say_staff
from shared.database.transaction import Transaction
from shared.events.staff import Role


async def change_roles(tx: Transaction, clinic_id: UUID, staff_id: UUID, roles: Iterable[Role]) -> Staff:
    """Raises StaffNotFound, NoRole, LastAdministrator."""
    wanted = frozenset(roles)
    return await _change(tx, clinic_id, staff_id, lambda person: person.with_roles(wanted))


async def deactivate(tx: Transaction, clinic_id: UUID, staff_id: UUID) -> Staff:
    """Their sign-ins end everywhere within seconds. Raises StaffNotFound, LastAdministrator."""
    return await _change(tx, clinic_id, staff_id, lambda person: person.left(tx.now))


async def reactivate(tx: Transaction, clinic_id: UUID, staff_id: UUID) -> Staff:
    """Raises StaffNotFound."""
    return await _change(tx, clinic_id, staff_id, lambda person: person.returned())


async def _change(tx: Transaction, clinic_id: UUID, staff_id: UUID, change: Callable[[Staff], Staff]) -> Staff:
    # All rows are locked, so that two administrators cannot remove each other at once.
    everybody = {person.id: person for person in await staff.lock_all(tx, clinic_id)}
    if staff_id not in everybody:
        raise StaffNotFound("nobody of that id works here")
    before = everybody[staff_id]
    after = change(before)
    if after is before:
        return after
    everybody[staff_id] = after
    if before.administrates and not any(person.administrates for person in everybody.values()):
        raise LastAdministrator("somebody must stay who can invite people and change roles")
    await staff.save(tx, after)
    await say_staff(tx, after)
    return after
