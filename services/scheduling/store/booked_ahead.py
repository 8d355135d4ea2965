"""What is booked from now on, with all that it takes: for looking whether the clinic's day still has a place for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.stranded import Planned
from shared.database import Transaction

_PLANNED = """
    select a.id, a.version, a.patient_id, a.kind, a.starts_at, a.ends_at, a.overridden,
           jsonb_agg(jsonb_build_array(b.resource_id, lower(b.during), upper(b.during))) as claims
      from appointment as a join resource_booking as b on b.appointment_id = a.id and b.active
     where a.clinic_id = $1 and {which}
     group by a.id
     order by a.starts_at, a.id
"""


async def booked_ahead(tx: Transaction, clinic_id: UUID, now: datetime) -> list[Planned]:
    """Whatever has not begun by then, in order of time."""
    return _planned(
        await tx.fetch(_PLANNED.format(which="a.starts_at > $2 and a.state in ('booked', 'arrived')"), clinic_id, now)
    )


async def of_ids(tx: Transaction, clinic_id: UUID, appointment_ids: Sequence[UUID]) -> list[Planned]:
    """Those of these that are booked, or only keep a time."""
    return _planned(
        await tx.fetch(
            _PLANNED.format(which="a.id = any ($2::uuid[]) and a.state in ('booked', 'held')"),
            clinic_id,
            list(appointment_ids),
        )
    )


def _planned(rows: Sequence[asyncpg.Record]) -> list[Planned]:
    return [
        Planned(
            appointment_id=row["id"],
            version=row["version"],
            patient_id=row["patient_id"],
            purpose=Purpose(row["kind"]),
            during=Interval(row["starts_at"], row["ends_at"]),
            claims=tuple(
                (UUID(resource_id), Interval(datetime.fromisoformat(start), datetime.fromisoformat(end)))
                for resource_id, start, end in row["claims"]
            ),
            overridden=frozenset(row["overridden"]),
        )
        for row in rows
    ]
