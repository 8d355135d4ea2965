"""Deadlines that pass: `consultation.late_look_at`, `consultation_late` and `late_given_up`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.late import DeadlineGivenUp, GivenUpBecause, Late
from services.scheduling.store.consultations import consultation_of
from shared.database import Transaction


async def claim_due(tx: Transaction) -> Consultation | None:
    """The one that has waited longest for a look, locked, as long as nobody has been seen; what somebody has in hand is left
    to them."""
    row = await tx.fetchrow(
        """
        select *
          from consultation
         where late_look_at <= $1
           and state in ('awaiting', 'waitlisted', 'booked', 'missed')
           and not withdrawn
         order by late_look_at
         limit 1
           for no key update skip locked
        """,
        tx.now,
    )
    return None if row is None else consultation_of(row)


async def look_again(tx: Transaction, consultation_id: UUID, at: datetime | None) -> None:
    """None: never."""
    await tx.execute("update consultation set late_look_at = $2 where id = $1", consultation_id, at)


async def is_booked_anew(tx: Transaction, missed: Consultation) -> bool:
    """Whether the patient has a later consultation, or had one."""
    return await tx.fetchval(
        """
        select exists (select
                         from consultation
                        where patient_id = $1 and requested_at >= $2 and id <> $3 and state in ('booked', 'completed'))
        """,
        missed.patient_id,
        missed.requested_at,
        missed.id,
    )


async def times_said(tx: Transaction, consultation_id: UUID) -> int:
    return await tx.fetchval("select count(*) from consultation_late where consultation_id = $1", consultation_id)


async def keep(tx: Transaction, late: Late, consultation_id: UUID) -> None:
    """That staff are told of it, beside the event that tells them."""
    await tx.execute(
        "insert into consultation_late (id, consultation_id, told_at) values ($1, $2, $3)",
        late.id,
        consultation_id,
        tx.now,
    )


@dataclass(frozen=True, slots=True)
class GivenUp:
    because: GivenUpBecause
    by: UUID
    at: datetime


async def given_up(tx: Transaction, consultation: Consultation) -> GivenUp | None:
    """Whether nobody needs to keep the deadline that it has now."""
    row = await tx.fetchrow(
        "select reason, given_up_by, given_up_at from late_given_up where consultation_id = $1 and due_by = $2",
        consultation.id,
        consultation.due_by,
    )
    return GivenUp(GivenUpBecause(row["reason"]), row["given_up_by"], row["given_up_at"]) if row else None


async def give_up(
    tx: Transaction, consultation: Consultation, given_up: DeadlineGivenUp, why: GivenUpBecause, by: UUID
) -> bool:
    """Whoever was first stays on record: False for whoever comes after."""
    done = await tx.execute(
        """
        insert into late_given_up (id, consultation_id, due_by, reason, given_up_by, given_up_at)
        values ($1, $2, $3, $4, $5, $6)
            on conflict (consultation_id, due_by) do nothing
        """,
        given_up.id,
        consultation.id,
        consultation.due_by,
        why,
        by,
        tx.now,
    )
    await look_again(tx, consultation.id, None)
    return done == "INSERT 0 1"


async def held_to(tx: Transaction, clinic_id: UUID) -> dict[int, int]:
    """How many who have not been seen yet have their deadline by each version of the rules."""
    rows = await tx.fetch(
        """
        select due_rules, count(*) as many
          from consultation
         where clinic_id = $1
           and late_look_at is not null
           and state in ('awaiting', 'waitlisted', 'booked', 'missed')
           and not withdrawn
         group by due_rules
        """,
        clinic_id,
    )
    return {row["due_rules"]: row["many"] for row in rows}
