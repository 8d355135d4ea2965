"""Accounts of the staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.domain.staff import AlreadyInvited, Staff, StaffNotFound
from shared.database.transaction import Transaction
from shared.events.staff import Role

_COLUMNS = """
    id, clinic_id, email, display_name, roles, password_hash, active, sessions_revoked_before, version
"""


async def lock(tx: Transaction, clinic_id: UUID, staff_id: UUID) -> Staff:
    """Nobody else changes this account before the transaction ends. Raises StaffNotFound."""
    return _one(
        await tx.fetchrow(
            f"select {_COLUMNS} from staff where id = $1 and clinic_id = $2 for no key update",  # noqa: S608 - constant
            staff_id,
            clinic_id,
        )
    )


async def lock_all(tx: Transaction, clinic_id: UUID) -> list[Staff]:
    """Everybody of the clinic, by name: for what depends on the others, such as who is left to administrate."""
    rows = await tx.fetch(
        f"select {_COLUMNS} from staff where clinic_id = $1 order by id for no key update",  # noqa: S608 - constant
        clinic_id,
    )
    return [_staff(row) for row in rows]


async def by_id(tx: Transaction, staff_id: UUID) -> Staff | None:
    row = await tx.fetchrow(f"select {_COLUMNS} from staff where id = $1", staff_id)  # noqa: S608 - constant
    return _staff(row) if row else None


async def by_email(tx: Transaction, email: str) -> Staff | None:
    row = await tx.fetchrow(f"select {_COLUMNS} from staff where email = $1", email)  # noqa: S608 - constant
    return _staff(row) if row else None


async def all_of(tx: Transaction, clinic_id: UUID) -> Sequence[Staff]:
    """Active people first, by name."""
    rows = await tx.fetch(
        f"select {_COLUMNS} from staff where clinic_id = $1 order by active desc, display_name",  # noqa: S608 - constant
        clinic_id,
    )
    return [_staff(row) for row in rows]


async def add(tx: Transaction, staff: Staff, now: datetime) -> None:
    """Raises AlreadyInvited."""
    added = await tx.fetchval(
        """
        insert into staff (id, clinic_id, email, display_name, roles, password_hash, active, version, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict do nothing
        returning true
        """,
        staff.id,
        staff.clinic_id,
        staff.email,
        staff.display_name,
        sorted(staff.roles),
        staff.password_hash,
        staff.active,
        staff.version,
        now,
    )
    if not added:
        raise AlreadyInvited("there is an account with this e-mail")


async def save(tx: Transaction, staff: Staff) -> None:
    await tx.execute(
        """
        update staff
           set display_name = $2, roles = $3, password_hash = $4, active = $5, sessions_revoked_before = $6, version = $7
         where id = $1
        """,
        staff.id,
        staff.display_name,
        sorted(staff.roles),
        staff.password_hash,
        staff.active,
        staff.sessions_revoked_before,
        staff.version,
    )


def _one(row: Any) -> Staff:
    if row is None:
        raise StaffNotFound("nobody of that id works here")
    return _staff(row)


def _staff(row: Any) -> Staff:
    return Staff(**{**row, "roles": frozenset(map(Role, row["roles"]))})
