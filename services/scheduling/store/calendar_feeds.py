"""`calendar_feed`: the secret addresses of calendars, kept as hashes; and what stands in one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.calendar_feed import CalendarFeed, Entry, FeedUnknown
from shared.database import Transaction
from shared.ids import token_hash


async def add(tx: Transaction, token: str, feed: CalendarFeed) -> None:
    await tx.execute(
        """
        insert into calendar_feed (id, clinic_id, token_hash, staff_id, place_id, label, made_by, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        feed.id,
        feed.clinic_id,
        token_hash(token),
        feed.staff_id,
        feed.place_id,
        feed.label,
        feed.made_by,
        feed.made_at,
    )


async def count_of(tx: Transaction, feed: CalendarFeed) -> int:
    """How many addresses lead to the same appointments now, counted by one at a time."""
    whose = feed.staff_id or feed.place_id
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"calendar-feed:{whose}")
    return await tx.fetchval(
        "select count(*) from calendar_feed where clinic_id = $1 and $2 in (staff_id, place_id) and revoked_at is null",
        feed.clinic_id,
        whose,
    )


async def in_use(tx: Transaction, clinic_id: UUID) -> list[CalendarFeed]:
    """Those that lead somewhere, in the order in which they were made."""
    rows = await tx.fetch(
        "select * from calendar_feed where clinic_id = $1 and revoked_at is null order by made_at, id", clinic_id
    )
    return [_feed(row) for row in rows]


async def lock(tx: Transaction, clinic_id: UUID, feed_id: UUID) -> CalendarFeed:
    """Raises FeedUnknown."""
    return _feed(
        await tx.fetchrow(
            "select * from calendar_feed where id = $1 and clinic_id = $2 for no key update", feed_id, clinic_id
        )
    )


async def find(tx: Transaction, clinic_id: UUID, token: str) -> tuple[CalendarFeed, bool]:
    """With whether its person still works here. Raises FeedUnknown."""
    row = await tx.fetchrow(
        """
        select feed.*, feed.staff_id is null or coalesce(person.active, false) as works_here
          from calendar_feed as feed
          left join staff_directory as person on person.staff_id = feed.staff_id
         where token_hash = $1 and feed.clinic_id = $2
        """,
        token_hash(token),
        clinic_id,
    )
    feed = _feed(row)
    assert row is not None
    return feed, row["works_here"]


async def save(tx: Transaction, feed: CalendarFeed) -> None:
    """What can change after it was made."""
    await tx.execute(
        "update calendar_feed set revoked_by = $2, revoked_at = $3 where id = $1",
        feed.id,
        feed.revoked_by,
        feed.revoked_at,
    )


async def entries(tx: Transaction, clinic_id: UUID, resource_ids: Sequence[UUID], since: datetime) -> list[Entry]:
    """Every appointment that needs one of these, or needed it before it was moved or cancelled, and ends after `since`.

    One entry for each, from when the first of them is needed until the last: a nurse may change seats in between. What is
    given up stands where it stood last.
    """
    rows = await tx.fetch(
        """
        with needed as (
             select appointment_id, bool_or(active) as active,
                    min(lower(during)) filter (where active) as from_active,
                    max(upper(during)) filter (where active) as until_active,
                    max(lower(during)) as from_last,
                    max(upper(during)) as until_last
               from resource_booking
              where clinic_id = $1 and resource_id = any ($2::uuid[]) and upper(during) > $3
              group by appointment_id)
        select a.id, a.revision, a.state, not needed.active as given_up, a.changed_at,
               coalesce(from_active, from_last) as starts_at,
               coalesce(until_active, until_last) as ends_at,
               coalesce(c.reference, (select newest.reference
                                        from consultation as newest
                                       where newest.patient_id = a.patient_id
                                       order by newest.requested_at desc
                                       limit 1)) as reference,
               (select string_agg(distinct r.name, ', ' order by r.name)
                  from resource_booking as b join resource as r on r.id = b.resource_id
                 where b.appointment_id = a.id and b.active and r.kind = 'chair') as chair
          from needed
          join appointment as a on a.id = appointment_id
          left join consultation as c on c.id = a.consultation_id
         where a.state <> 'held' or a.held_until > $4
         order by starts_at, a.id
        """,
        clinic_id,
        list(resource_ids),
        since,
        tx.now,
    )
    return [
        Entry(
            appointment_id=row["id"],
            revision=row["revision"],
            state=AppointmentState(row["state"]),
            given_up=row["given_up"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            reference=row["reference"],
            chair=row["chair"],
            changed_at=row["changed_at"],
        )
        for row in rows
    ]


def _feed(row: asyncpg.Record | None) -> CalendarFeed:
    if row is None:
        raise FeedUnknown
    return CalendarFeed(
        id=row["id"],
        clinic_id=row["clinic_id"],
        staff_id=row["staff_id"],
        place_id=row["place_id"],
        label=row["label"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        revoked_by=row["revoked_by"],
        revoked_at=row["revoked_at"],
    )
