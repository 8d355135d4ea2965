"""Names from intake's own copy of the staff directory."""

from collections.abc import Iterable
from uuid import UUID

from shared.database import Transaction


async def names_of(tx: Transaction, staff_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Those who are known here; also people who have left, because what they did stays theirs."""
    wanted = sorted({staff_id for staff_id in staff_ids if staff_id})
    if not wanted:
        return {}
    rows = await tx.fetch(
        "select staff_id, display_name from staff_directory where staff_id = any ($1::uuid[])", wanted
    )
    return {row["staff_id"]: row["display_name"] for row in rows}
