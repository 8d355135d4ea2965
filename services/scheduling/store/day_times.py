"""A day's appointments as they were planned and as they went, to be compared."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.day_conflicts import Placed
from services.scheduling.domain.interval import Interval
from shared.database import Transaction

BEFORE = timedelta(hours=12)
"""What began this long before a day may reach into it."""


async def of_day(tx: Transaction, clinic_id: UUID, day: Interval) -> list[Placed]:
    """Without what was cancelled or is only held."""
    return await _of_states(tx, clinic_id, day, ("booked", "arrived", "in-progress", "completed"))


async def in_progress(tx: Transaction, clinic_id: UUID) -> list[Placed]:
    """What goes on now."""
    return await _of_states(tx, clinic_id, Interval(tx.now, tx.now + BEFORE), ("in-progress",))


async def _of_states(tx: Transaction, clinic_id: UUID, day: Interval, states: Sequence[str]) -> list[Placed]:
    rows = await tx.fetch(
        """
        select appointment.id, patient_id, appointment.kind, state, starts_at, ends_at, arrived_at, began_at, ended_at,
               resource_id, lower(during) as taken_from, upper(during) as taken_until
          from appointment
          join resource_booking on appointment_id = appointment.id and active
         where appointment.clinic_id = $1 and starts_at >= $2 and starts_at < $3
           and state = any ($4::text[])
        """,
        clinic_id,
        day.start - BEFORE,
        day.end,
        states,
    )
    taken: defaultdict[UUID, dict[UUID, Interval]] = defaultdict(dict)
    for row in rows:
        stretch = Interval(row["taken_from"], row["taken_until"])
        so_far = taken[row["id"]].get(row["resource_id"], stretch)
        taken[row["id"]][row["resource_id"]] = Interval(min(so_far.start, stretch.start), max(so_far.end, stretch.end))
    return [
        Placed(
            id=row["id"],
            patient_id=row["patient_id"],
            purpose=Purpose(row["kind"]),
            state=AppointmentState(row["state"]),
            planned=Interval(row["starts_at"], row["ends_at"]),
            taken=taken[row["id"]] | {row["patient_id"]: Interval(row["starts_at"], row["ends_at"])},
            arrived_at=row["arrived_at"],
            began_at=row["began_at"],
            ended_at=row["ended_at"],
        )
        for row in {row["id"]: row for row in rows}.values()
    ]
