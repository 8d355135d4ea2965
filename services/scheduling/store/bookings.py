"""`resource_booking`: which resource is taken when. Here the constraint against double booking is met."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slots import Busy, Claim
from shared.database import Transaction
from shared.ids import uuid7


class Taken(Exception):
    """Somebody else has some of what was to be taken."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        super().__init__(", ".join(f"{claim.resource.name} from {claim.during.start:%H:%M} UTC" for claim in claims))
        self.claims = tuple(claims)


async def claim(tx: Transaction, clinic_id: UUID, appointment_id: UUID, claims: Sequence[Claim]) -> None:
    """Takes all of these for the appointment. Raises Taken when any cannot be had: the caller rolls back to before.

    Rows go in by resource and time, so that any two bookings meet their first common row first and wait in a line,
    never in a circle; a row somebody else holds gives no error, only one row less.
    """
    taken = await tx.fetch(
        """
        insert into resource_booking (id, clinic_id, resource_id, appointment_id, during)
        select id, $1, resource_id, $2, tstzrange(starts_at, ends_at)
          from unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
               as claim (id, resource_id, starts_at, ends_at)
         order by resource_id, starts_at
            on conflict do nothing
        returning resource_id, lower(during) as starts_at
        """,
        clinic_id,
        appointment_id,
        [uuid7() for _ in claims],
        [claim.resource.id for claim in claims],
        [claim.during.start for claim in claims],
        [claim.during.end for claim in claims],
    )
    if len(taken) < len(claims):
        had = {(row["resource_id"], row["starts_at"]) for row in taken}
        raise Taken([claim for claim in claims if (claim.resource.id, claim.during.start) not in had])


async def free(tx: Transaction, appointment_id: UUID, *, outside: Interval | None = None) -> None:
    """Gives back everything an appointment took, or what of it lies outside its new time. The rows stay as history."""
    await tx.execute(
        """
        update resource_booking
           set active = false
         where appointment_id = $1 and active
           and ($2::timestamptz is null or not during && tstzrange($2, $3))
        """,
        appointment_id,
        outside.start if outside else None,
        outside.end if outside else None,
    )


async def free_ahead(tx: Transaction, appointment_id: UUID, now: datetime) -> None:
    """Gives back what lies ahead of now. What has begun ends now, and was taken until then."""
    await tx.execute(
        """
        update resource_booking
           set active = lower(during) < $2,
               during = case when lower(during) < $2 then tstzrange(lower(during), $2) else during end
         where appointment_id = $1 and active and upper(during) > $2
        """,
        appointment_id,
        now,
    )


async def busy(
    tx: Transaction, clinic_id: UUID, window: Interval, patient_id: UUID | None, *, besides: UUID | None = None
) -> Busy:
    """What is taken in the window, by resource, in order of time; and under the patient's id the patient's own time.

    What was only held, and is over, is not taken any more, whether somebody took note of it or not. `besides` is an
    appointment that does not count, as it is about to move.
    """
    rows = await tx.fetch(
        """
        with gone as materialized (
             select id from appointment where state = 'held' and held_until <= $5
              union all
             select $6::uuid where $6 is not null)
        select resource_id as id, lower(during) as starts_at, upper(during) as ends_at
          from resource_booking
         where clinic_id = $1 and active and upper(during) > $2 and lower(during) < $3
           and appointment_id <> all (array(select id from gone))
         union all
        select patient_id, starts_at, ends_at
          from appointment
         where patient_id = $4 and ends_at > $2 and starts_at < $3 and state not in ('cancelled', 'missed')
           and id <> all (array(select id from gone))
         order by 2
        """,
        clinic_id,
        window.start,
        window.end,
        patient_id,
        tx.now,
        besides,
    )
    found: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for row in rows:
        found[row["id"]].append(Interval(row["starts_at"], row["ends_at"]))
    return found


async def taken(
    tx: Transaction, clinic_id: UUID, window: Interval, patient_id: UUID | None, *, besides: UUID | None = None
) -> Busy:
    """As `busy`, with stretches that touch made one: which booking is in the way is not told, and four weeks of a full clinic
    are read in a quarter of the time."""
    rows = await tx.fetch(
        """
        with gone as materialized (
             select id from appointment where state = 'held' and held_until <= $5
              union all
             select $6::uuid where $6 is not null)
        select resource_id as id, range_agg(during) as stretches
          from resource_booking
         where clinic_id = $1 and active and upper(during) > $2 and lower(during) < $3
           and appointment_id <> all (array(select id from gone))
         group by resource_id
         union all
        select patient_id, range_agg(tstzrange(starts_at, ends_at))
          from appointment
         where patient_id = $4 and ends_at > $2 and starts_at < $3 and state <> 'cancelled'
           and id <> all (array(select id from gone))
         group by patient_id
        """,
        clinic_id,
        window.start,
        window.end,
        patient_id,
        tx.now,
        besides,
    )
    return {row["id"]: [Interval(one.lower, one.upper) for one in row["stretches"]] for row in rows}


async def held_until(tx: Transaction, clinic_id: UUID, window: Interval) -> dict[tuple[UUID, Interval], datetime]:
    """Until when those stretches of resources are held that nobody has booked yet."""
    rows = await tx.fetch(
        """
        select resource_id, lower(during) as starts_at, upper(during) as ends_at, held_until
          from resource_booking join appointment on appointment.id = appointment_id
         where resource_booking.clinic_id = $1 and state = 'held' and during && tstzrange($2, $3)
        """,
        clinic_id,
        window.start,
        window.end,
    )
    return {(row["resource_id"], Interval(row["starts_at"], row["ends_at"])): row["held_until"] for row in rows}
