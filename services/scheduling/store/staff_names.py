"""`staff_directory`: what people who work here are called."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.database import Transaction


async def staff_names(tx: Transaction, staff_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """By id; whoever was never heard of is left out."""
    rows = await tx.fetch(
        "select staff_id, display_name from staff_directory where staff_id = any ($1::uuid[])",
        [staff_id for staff_id in staff_ids if staff_id is not None],
    )
    return {row["staff_id"]: row["display_name"] for row in rows}


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at the clinic."""

    staff_id: UUID
    name: str
    roles: frozenset[str]


async def colleagues(tx: Transaction, clinic_id: UUID) -> tuple[Colleague, ...]:
    """Whoever works here now, by name."""
    rows = await tx.fetch(
        """
        select staff_id, display_name, roles
          from staff_directory
         where clinic_id = $1 and active
         order by display_name, staff_id
        """,
        clinic_id,
    )
    return tuple(Colleague(row["staff_id"], row["display_name"], frozenset(row["roles"])) for row in rows)
