"""`scale_total`: facts that are only added, and the newest of them before and after a session."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.scale_total import ScaleTotal
from shared.database import Transaction


async def keep(tx: Transaction, totals: Iterable[ScaleTotal]) -> None:
    """Each once, however often it is heard."""
    await tx.executemany(
        """
        insert into scale_total
               (completion_id, clinic_id, patient_id, questionnaire_id, session_id, course_id, request_id, scale, total,
                band, item_9_above_zero, completed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (completion_id) do nothing
        """,
        [astuple(one) for one in sorted(totals, key=lambda one: one.completion_id)],
    )


async def newest(
    tx: Transaction, clinic_id: UUID, patient_ids: Sequence[UUID], before: datetime
) -> dict[UUID, list[ScaleTotal]]:
    """Of each patient the newest total of each scale that was completed before then."""
    rows = await tx.fetch(
        """
        select distinct on (patient_id, scale) *
          from scale_total
         where clinic_id = $1 and patient_id = any ($2::uuid[]) and completed_at < $3
         order by patient_id, scale, completed_at desc, completion_id desc
        """,
        clinic_id,
        list(patient_ids),
        before,
    )
    found: dict[UUID, list[ScaleTotal]] = {}
    for row in rows:
        found.setdefault(row["patient_id"], []).append(_total(row))
    return found


async def after_session(tx: Transaction, clinic_id: UUID, session_id: UUID) -> list[ScaleTotal]:
    """The newest total of each scale that was asked because of this session."""
    rows = await tx.fetch(
        """
        select distinct on (scale) *
          from scale_total
         where clinic_id = $1 and session_id = $2
         order by scale, completed_at desc, completion_id desc
        """,
        clinic_id,
        session_id,
    )
    return [_total(row) for row in rows]


def _total(row: asyncpg.Record) -> ScaleTotal:
    return ScaleTotal(**{field.name: row[field.name] for field in fields(ScaleTotal)})
