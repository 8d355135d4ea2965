"""The table `follow_up_due`: one row a completed session, however often its end is heard."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from services.intake.domain.follow_up import FollowUp
from shared.database import Transaction
from shared.events.session import Outcome, Severity


async def note(tx: Transaction, follow_ups: Iterable[FollowUp]) -> None:
    """A session that is already noted, or even followed up, stays as it is."""
    by_session = {one.session_id: one for one in follow_ups}
    await tx.executemany(
        """
        insert into follow_up_due (session_id, clinic_id, patient_id, ended_at, outcome, worst_severity, due_at, course_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (session_id) do nothing
        """,
        [
            (
                one.session_id,
                one.clinic_id,
                one.patient_id,
                one.ended_at,
                one.outcome,
                one.worst_severity,
                one.due_at,
                one.course_id,
            )
            for _, one in sorted(by_session.items())
        ],
    )


async def open_ones(tx: Transaction, clinic_id: UUID, most: int) -> list[FollowUp]:
    """Those nobody has done yet, the one due first on top."""
    rows = await tx.fetch(
        """
        select *
          from follow_up_due
         where clinic_id = $1 and done_at is null
         order by due_at, session_id
         limit $2
        """,
        clinic_id,
        most,
    )
    return [_from_row(row) for row in rows]


async def lock_unasked(tx: Transaction) -> FollowUp | None:
    """One after which the patient's scales have not been settled, for a timer; no other replica has it in hand.

    Not one that waits for a member of staff to speak with the patient first, nor one whose patient is not known here (yet).
    """
    row = await tx.fetchrow(
        """
        select *
          from follow_up_due as due
         where scales_settled_at is null
           and (outcome = 'full' or done_at is not null)
           and exists (select from consultation_request as request where request.patient_id = due.patient_id)
         order by ended_at, session_id
         limit 1
           for no key update skip locked
        """
    )
    return _from_row(row) if row else None


async def settle_scales(tx: Transaction, session_id: UUID) -> None:
    """Asked, or never to be: once for each session."""
    await tx.execute("update follow_up_due set scales_settled_at = $2 where session_id = $1", session_id, tx.now)


async def finish(tx: Transaction, clinic_id: UUID, session_id: UUID, staff_id: UUID, now: datetime) -> bool:
    """False when there is no such row. Whoever was first stays on record."""
    found = await tx.fetchval(
        """
        update follow_up_due
           set done_at = coalesce(done_at, $3), done_by = coalesce(done_by, $4)
         where session_id = $1 and clinic_id = $2
        returning true
        """,
        session_id,
        clinic_id,
        now,
        staff_id,
    )
    return bool(found)


def _from_row(row: asyncpg.Record) -> FollowUp:
    return FollowUp(
        session_id=row["session_id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        ended_at=row["ended_at"],
        outcome=Outcome(row["outcome"]),
        worst_severity=Severity(row["worst_severity"]),
        course_id=row["course_id"],
        done_at=row["done_at"],
    )
