"""`resource_booking`: which resource is taken when. Here the constraint against double booking is met."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from services.scheduling.domain.day_conflicts import taken_beyond_plan
from services.scheduling.domain.glance import Diary
from services.scheduling.domain.interval import Busy, Interval, without
from services.scheduling.domain.slots import Claim
from services.scheduling.store import day_times
from shared.database import Transaction
from shared.ids import uuid7

_THEIRS = """
    (select id, patient_id, starts_at, case state when 'completed' then least(ends_at, ended_at) else ends_at end as ended
       from appointment
      where state not in ('cancelled', 'missed')
        and (state <> 'completed' or coalesce(ended_at, ends_at) > starts_at)) as one
"""
"""The patients' appointments with until when they take them: what is done no longer than it lasted, and what was done before it
was to begin not at all."""
LONGEST = timedelta(days=1)
"""No appointment lasts longer (`domain/misdescribed.py`). One that did would not be seen, and would be refused all the same: by
the constraint."""


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
    await claim_all(tx, clinic_id, [(appointment_id, claim) for claim in claims])


async def claim_all(tx: Transaction, clinic_id: UUID, wanted: Sequence[tuple[UUID, Claim]]) -> None:
    """The same for several appointments, each claim with the one that it is for: all, or Taken."""
    taken = await tx.fetch(
        """
        insert into resource_booking (id, clinic_id, resource_id, appointment_id, during)
        select id, $1, resource_id, appointment_id, tstzrange(starts_at, ends_at)
          from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
               as claim (id, resource_id, appointment_id, starts_at, ends_at)
         order by resource_id, starts_at
            on conflict do nothing
        returning resource_id, lower(during) as starts_at
        """,
        clinic_id,
        [uuid7() for _ in wanted],
        [claim.resource.id for _, claim in wanted],
        [appointment_id for appointment_id, _ in wanted],
        [claim.during.start for _, claim in wanted],
        [claim.during.end for _, claim in wanted],
    )
    if len(taken) < len(wanted):
        had = {(row["resource_id"], row["starts_at"]) for row in taken}
        raise Taken([claim for _, claim in wanted if (claim.resource.id, claim.during.start) not in had])


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


async def free_ahead(tx: Transaction, appointment_id: UUID, now: datetime, tidying: timedelta = timedelta(0)) -> None:
    """Gives back what lies ahead of now. What has begun ends now, and was taken until then; what was to last until the very end
    is needed for the tidying still."""
    await tx.execute(
        """
        with kept as (
             select booking.id,
                    $2::timestamptz + case when lower(during) < $2 and upper(during) >= ends_at then $3 else interval '0' end
                      as until
               from resource_booking as booking join appointment on appointment.id = appointment_id
              where appointment_id = $1 and booking.active)
        update resource_booking
           set active = lower(during) < until,
               given_back = lower(during) >= until,
               during = case when lower(during) < until then tstzrange(lower(during), until) else during end
          from kept
         where resource_booking.id = kept.id and upper(during) > until
        """,
        appointment_id,
        now,
        tidying,
    )


async def busy(
    tx: Transaction, clinic_id: UUID, window: Interval, patient_id: UUID | None, *, besides: UUID | None = None
) -> Busy:
    """What is taken in the window, by resource, in order of time; and under the patient's id the patient's own time.

    What was only held, and is over, is not taken any more, whether somebody took note of it or not. `besides` is an
    appointment that does not count, as it is about to move.
    """
    rows = await tx.fetch(
        f"""
        with gone as materialized (
             select id from appointment where state = 'held' and held_until <= $5
              union all
             select $6::uuid where $6 is not null)
        select resource_id as id, lower(during) as starts_at, upper(during) as ends_at
          from resource_booking
         where clinic_id = $1 and active and upper(during) > $2 and lower(during) < $3
           and upper(during) <= $7 -- so that the index ends where the window does
           and appointment_id <> all (array(select id from gone))
         union all
        select patient_id, starts_at, ended
          from {_THEIRS}
         where patient_id = $4 and ended > $2 and starts_at < $3
           and id <> all (array(select id from gone))
         order by 2
        """,  # noqa: S608 - a constant
        clinic_id,
        window.start,
        window.end,
        patient_id,
        tx.now,
        besides,
        window.end + LONGEST,
    )
    found: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for row in rows:
        found[row["id"]].append(Interval(row["starts_at"], row["ends_at"]))
    return await _and_beyond_plan(tx, clinic_id, window, found)


async def _and_beyond_plan(tx: Transaction, clinic_id: UUID, window: Interval, planned: Busy) -> Busy:
    """What is taken as planned, and longer by what goes on now."""
    found = dict(planned)
    for id_, longer in (await _beyond_plan(tx, clinic_id, window)).items():
        booked = list(planned.get(id_, ()))
        found[id_] = sorted([*booked, *without(list(longer), booked)])
    return found


async def _beyond_plan(tx: Transaction, clinic_id: UUID, window: Interval) -> Busy:
    """Nothing that goes on now reaches into a window of other days."""
    if window.end <= tx.now or window.start >= tx.now + LONGEST:
        return {}
    return taken_beyond_plan(await day_times.in_progress(tx, clinic_id), tx.now)


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody has to know before they choose."""

    window: Interval
    patient_id: UUID


async def busy_for_all(
    tx: Transaction, clinic_id: UUID, looks: Sequence[Look]
) -> dict[Interval, defaultdict[UUID, Diary]]:
    """By window, what `busy` says for each of these in one look.

    A calendar of hundreds of bookings is read, so it comes as two columns a resource, its instants as seconds. Lateral and
    grouped for each look, so that the index is gone through look by look also where the tables have no statistics yet.
    """
    windows = list({look.window: None for look in looks})
    number = {window: n for n, window in enumerate(windows)}
    patients = list({(number[look.window], look.patient_id): None for look in looks})
    rows = await tx.fetch(
        f"""
        with gone as materialized (
             select id from appointment where state = 'held' and held_until <= $5)
        select n, id, starts, ends
          from unnest($2::integer[], $3::timestamptz[], $4::timestamptz[]) as look (n, first, last), lateral (
               select resource_id as id, array_agg(date_part('epoch', lower(during)) order by lower(during)) as starts,
                      array_agg(date_part('epoch', upper(during)) order by lower(during)) as ends
                 from resource_booking
                where clinic_id = $1 and active and upper(during) > first and lower(during) < last
                  and upper(during) <= last + $8
                  and appointment_id <> all (array(select id from gone))
                group by resource_id) as taken
         union all
        select n, id, starts, ends
          from unnest($6::integer[], $7::uuid[]) as look (n, id), lateral (
               select array_agg(date_part('epoch', starts_at) order by starts_at) as starts,
                      array_agg(date_part('epoch', ended) order by starts_at) as ends
                 from {_THEIRS}
                where patient_id = look.id
                  and ended > ($3::timestamptz[])[n + 1] and starts_at < ($4::timestamptz[])[n + 1]
                  and one.id <> all (array(select id from gone))) as theirs
         where starts is not null
        """,  # noqa: S608 - a constant
        clinic_id,
        list(range(len(windows))),
        [window.start for window in windows],
        [window.end for window in windows],
        tx.now,
        [n for n, _ in patients],
        [patient_id for _, patient_id in patients],
        LONGEST,
    )
    found: list[defaultdict[UUID, Diary]] = [defaultdict(Diary) for _ in windows]
    for row in rows:
        found[row["n"]][row["id"]] = Diary([*map(_instant, row["starts"])], [*map(_instant, row["ends"])])
    soonest = Interval(min(window.start for window in windows), max(window.end for window in windows))
    for id_, longer in (await _beyond_plan(tx, clinic_id, soonest)).items():
        for diaries in found:
            for one in without(list(longer), list(diaries[id_])):
                diaries[id_].write(one)
    return dict(zip(windows, found, strict=True))


@lru_cache(maxsize=16_384)
def _instant(seconds: float) -> datetime:
    """Exact to the microsecond. The same quarter hours come again and again, and are made once."""
    return datetime.fromtimestamp(seconds, UTC)


async def taken(
    tx: Transaction, clinic_id: UUID, window: Interval, patient_id: UUID | None, *, besides: UUID | None = None
) -> Busy:
    """As `busy`, with stretches that touch made one: which booking is in the way is not told, and four weeks of a full clinic
    are read in a quarter of the time."""
    rows = await tx.fetch(
        f"""
        with gone as materialized (
             select id from appointment where state = 'held' and held_until <= $5
              union all
             select $6::uuid where $6 is not null)
        select resource_id as id, range_agg(during) as stretches
          from resource_booking
         where clinic_id = $1 and active and upper(during) > $2 and lower(during) < $3
           and upper(during) <= $7 -- so that the index ends where the window does
           and appointment_id <> all (array(select id from gone))
         group by resource_id
         union all
        select patient_id, range_agg(tstzrange(starts_at, ended))
          from {_THEIRS}
         where patient_id = $4 and ended > $2 and starts_at < $3
           and id <> all (array(select id from gone))
         group by patient_id
        """,  # noqa: S608 - a constant
        clinic_id,
        window.start,
        window.end,
        patient_id,
        tx.now,
        besides,
        window.end + LONGEST,
    )
    planned = {row["id"]: [Interval(one.lower, one.upper) for one in row["stretches"]] for row in rows}
    return await _and_beyond_plan(tx, clinic_id, window, planned)


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
