"""`hold_taken`: how many times one contact has had kept lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.hold import WINDOW
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Taken:
    at_once: int
    in_window: int


async def count(tx: Transaction, clinic_id: UUID, contact: bytes, *, besides: UUID | None) -> Taken:
    """By this contact, counted by one at a time. `besides` is a kept time that another will replace."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"hold:{clinic_id}:{contact.hex()}")
    row = await tx.fetchrow(
        """
        select count(*) as in_window,
               count(*) filter (where appointment.id is distinct from $3 and held_until > $5) as at_once
          from hold_taken
          left join appointment on appointment.id = appointment_id and state = 'held'
         where hold_taken.clinic_id = $1 and contact = $2 and taken_at > $4
        """,
        clinic_id,
        contact,
        besides,
        tx.now - WINDOW,
        tx.now,
    )
    assert row is not None
    return Taken(row["at_once"], row["in_window"])


async def add(tx: Transaction, clinic_id: UUID, contacts: Iterable[bytes], appointment_id: UUID) -> None:
    await tx.execute(
        """
        insert into hold_taken (clinic_id, contact, appointment_id, taken_at)
        select distinct $1::uuid, contact, $3::uuid, $4::timestamptz from unnest($2::bytea[]) as counted (contact)
        """,
        clinic_id,
        list(contacts),
        appointment_id,
        tx.now,
    )


async def forget_old(tx: Transaction, most: int = 1000) -> int:
    """For a timer: what counts no more. Says how many."""
    done = await tx.execute(
        """
        delete from hold_taken
         where (clinic_id, contact, appointment_id) in (
               select clinic_id, contact, appointment_id from hold_taken
                where taken_at <= $1
                limit $2 for update skip locked)
        """,
        tx.now - WINDOW,
        most,
    )
    return int(done.split()[-1])
