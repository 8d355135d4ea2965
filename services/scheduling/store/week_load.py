"""What a few days hold, counted: by resource and day, and by kind of appointment and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.store.bookings import LONGEST
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Taken:
    """Of one resource on one day."""

    appointments: int
    length: timedelta


async def of_resources(
    tx: Transaction, clinic_id: UUID, days: Mapping[date, Interval]
) -> Mapping[tuple[UUID, date], Taken]:
    """What is booked, and held at this moment, by day; of what lasts over midnight each day has its part."""
    rows = await tx.fetch(
        """
        select b.resource_id, day, count(distinct b.appointment_id) as appointments,
               sum(least(upper(b.during), until) - greatest(lower(b.during), since)) as length
          from unnest($2::date[], $3::timestamptz[], $4::timestamptz[]) as one (day, since, until)
          join resource_booking as b
            on b.clinic_id = $1 and b.active and upper(b.during) > since and lower(b.during) < until
           and upper(b.during) <= until + $6
          join appointment as a on a.id = b.appointment_id
         where a.held_until is null or a.held_until > $5
         group by 1, 2
        """,
        clinic_id,
        list(days),
        [day.start for day in days.values()],
        [day.end for day in days.values()],
        tx.now,
        LONGEST,
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
