"""What a few days hold, counted: by resource and day, and by kind of appointment and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Interval
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Taken:
    """Of one resource on one day."""

    appointments: int
    length: timedelta


async def of_resources(
    tx: Transaction, clinic_id: UUID, window: Interval, zone: str
) -> Mapping[tuple[UUID, date], Taken]:
    """What is booked, and held at this moment, by the local day on which it begins."""
    rows = await tx.fetch(
        """
        select b.resource_id, (lower(b.during) at time zone $4)::date as day,
               count(distinct b.appointment_id) as appointments, sum(upper(b.during) - lower(b.during)) as length
          from resource_booking as b join appointment as a on a.id = b.appointment_id
         where b.clinic_id = $1 and b.active and upper(b.during) > $2 and lower(b.during) >= $2 and lower(b.during) < $3
           and (a.held_until is null or a.held_until > $5)
         group by 1, 2
        """,
        clinic_id,
        window.start,
        window.end,
        zone,
        tx.now,
    )
    return {(row["resource_id"], row["day"]): Taken(row["appointments"], row["length"]) for row in rows}


async def of_kinds(
    tx: Transaction, clinic_id: UUID, window: Interval, zone: str
) -> Mapping[tuple[date, Purpose, AppointmentState], int]:
    """How many of each kind there are in each state, by local day."""
    rows = await tx.fetch(
        """
        select (starts_at at time zone $4)::date as day, kind, state, count(*) as number
          from appointment
         where clinic_id = $1 and starts_at >= $2 and starts_at < $3 and state <> 'held'
         group by 1, 2, 3
        """,
        clinic_id,
        window.start,
        window.end,
        zone,
    )
    return {(row["day"], Purpose(row["kind"]), AppointmentState(row["state"])): row["number"] for row in rows}
