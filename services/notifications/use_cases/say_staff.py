"""Everybody hears of a change of staff; this service first."""

from services.notifications.domain.staff import Staff
from shared.database.transaction import Transaction
from shared.events.staff import StaffChanged
from shared.web.staff_directory import store_staff

SCOPE = "people"


async def say_staff(tx: Transaction, staff: Staff) -> None:
    """Into the outbox and into our own copy of the directory, in the same transaction."""
    event = StaffChanged(
        clinic_id=staff.clinic_id,
        staff_id=staff.id,
        display_name=staff.display_name,
        roles=tuple(sorted(staff.roles)),
        active=staff.active,
        sessions_revoked_before=staff.sessions_revoked_before,
    )
    tx.emit(event, of=staff)
    await store_staff(tx, [(event, staff.version)])
    tx.changed(SCOPE)
