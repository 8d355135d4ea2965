"""`hold`: what requests have chosen; and the kept times among `appointment`, which end by themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.hold import Hold
from services.scheduling.store.appointments import appointment_of
from shared.database import Transaction


async def of_request(tx: Transaction, request_id: UUID) -> Hold | None:
    """What the request has chosen, kept or not; None when it has chosen nothing or given it back."""
    row = await tx.fetchrow(
        """
        select hold.*, held_until
          from hold
          left join appointment on appointment.id = appointment_id and state = 'held'
         where request_id = $1
        """,
        request_id,
    )
    return None if row is None else _hold(row)


async def lock_of_staff(tx: Transaction, staff_id: UUID) -> None:
    """They keep one time after the other: counted by each of several at once, none would be too many."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"kept-by:{staff_id}")


async def of_staff(tx: Transaction, clinic_id: UUID, staff_id: UUID) -> list[Appointment]:
    """What they keep for patients now, locked; what they have offered to somebody who waits is that patient's to answer."""
    rows = await tx.fetch(
        """
        select *
          from appointment
         where clinic_id = $1 and booked_by = $2 and state = 'held' and held_until > $3
           and not exists (select from slot_offer where appointment_id = appointment.id)
         order by id
           for no key update
        """,
        clinic_id,
        staff_id,
        tx.now,
    )
    return [appointment_of(row) for row in rows]


async def save(tx: Transaction, hold: Hold) -> None:
    """One a request: another choice takes the place of the one before."""
    await tx.execute(
        """
        insert into hold (id, clinic_id, request_id, patient_id, starts_at, ends_at, appointment_id)
        values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (request_id) do update
           set starts_at = excluded.starts_at,
               ends_at = excluded.ends_at,
               appointment_id = excluded.appointment_id
        """,
        hold.id,
        hold.clinic_id,
        hold.request_id,
        hold.patient_id,
        hold.starts_at,
        hold.ends_at,
        hold.appointment_id,
    )


async def forget(tx: Transaction, hold_id: UUID) -> None:
    """The choice is used, or taken back."""
    await tx.execute("delete from hold where id = $1", hold_id)


async def become_appointment(tx: Transaction, hold: Hold, consultation_id: UUID) -> bool:
    """The kept time is now the consultation's; False when it was given to others first.

    Compare and set: until somebody takes note that its end has passed, nobody else can have it.
    """
    taken = await tx.fetchval(
        """
        update appointment
           set state = 'booked', consultation_id = $2, held_until = null, booked_at = $3, version = version + 1
         where id = $1 and state = 'held' and starts_at > $3
        returning true
        """,
        hold.appointment_id,
        consultation_id,
        tx.now,
    )
    return bool(taken)


@dataclass(frozen=True, slots=True)
class Freed:
    """A time that was kept, and is free again."""

    clinic_id: UUID
    local_start: datetime


async def give_up(tx: Transaction, appointment_id: UUID) -> list[Freed]:
    """Gives a kept time back, without a trace: nobody was promised anything. Nothing when it is gone, or booked."""
    rows = await tx.fetch(
        """
        with over as (
             select id from appointment where id = $1 and state = 'held' for update),
        freed as (
             delete from resource_booking using over where appointment_id = over.id)
        delete from appointment
         using over
         where appointment.id = over.id
        returning clinic_id, local_start
        """,
        appointment_id,
    )
    return [Freed(**row) for row in rows]


async def let_lapse(tx: Transaction, most: int = 200) -> list[Freed]:
    """Gives back the kept times whose end has passed. What somebody has in hand is left to them."""
    rows = await tx.fetch(
        """
        with over as (
             select id
               from appointment
              where state = 'held' and held_until <= $1
              order by held_until
              limit $2
                for update skip locked),
        freed as (
             delete from resource_booking using over where appointment_id = over.id)
        delete from appointment
         using over
         where appointment.id = over.id
        returning clinic_id, local_start
        """,
        tx.now,
        most,
    )
    return [Freed(**row) for row in rows]


async def forget_old(tx: Transaction, most: int = 1000) -> int:
    """For a timer: choices whose time has come and gone. Says how many."""
    done = await tx.execute(
        """
        delete from hold
         where id in (select id from hold
                       where starts_at <= $1 and appointment_id is null
                       limit $2 for update skip locked)
        """,
        tx.now,
        most,
    )
    return int(done.split()[-1])


def _hold(row: asyncpg.Record) -> Hold:
    kept = row["held_until"] is not None
    return Hold(
        id=row["id"],
        clinic_id=row["clinic_id"],
        request_id=row["request_id"],
        patient_id=row["patient_id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        appointment_id=row["appointment_id"] if kept else None,
        kept_until=row["held_until"],
    )
