"""Messages as staff read them: what was planned, what went, what happened to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class MessageView:
    id: UUID
    patient_id: UUID
    kind: str
    state: str
    reason: str | None
    planned_at: datetime
    due_at: datetime
    attempts: int
    reference: str | None
    request_id: UUID | None
    steps: Sequence[Step]


_COLUMNS = """
    select message.id, message.patient_id, kind, state, reason, planned_at, due_at, attempts, message.request_id,
           request.reference
      from message
      left join request_known request on request.request_id = message.request_id
"""


async def recent(tx: Transaction, clinic_id: UUID, *, waiting_only: bool, most: int) -> Sequence[MessageView]:
    """The newest first, each with its steps. A receipt that something better replaced is no news to anybody."""
    rows = await tx.fetch(
        f"""
        {_COLUMNS}
         where message.clinic_id = $1
           and (not $2 or state in ('planned', 'claimed', 'retrying', 'failed', 'bounced', 'expired'))
           and not (kind = 'request-received' and state = 'cancelled')
         order by planned_at desc, message.id desc
         limit $3
        """,
        clinic_id,
        waiting_only,
        most,
    )
    return await _with_steps(tx, rows)


async def of_patient(tx: Transaction, clinic_id: UUID, patient_id: UUID, since: datetime) -> Sequence[MessageView]:
    """Every message to one patient that was planned since then, the oldest first."""
    rows = await tx.fetch(
        f"""
        {_COLUMNS}
         where message.clinic_id = $1 and message.patient_id = $2 and planned_at >= $3
         order by planned_at, message.id
        """,
        clinic_id,
        patient_id,
        since,
    )
    return await _with_steps(tx, rows)


async def _with_steps(tx: Transaction, rows: Sequence[asyncpg.Record]) -> Sequence[MessageView]:
    steps: dict[UUID, list[Step]] = {row["id"]: [] for row in rows}
    for step in await tx.fetch(
        """
        select message_id, at, state, reason from message_event where message_id = any ($1::uuid[]) order by at, ctid
        """,
        list(steps),
    ):
        steps[step["message_id"]].append(Step(step["at"], step["state"], step["reason"]))
    return [MessageView(**row, steps=steps[row["id"]]) for row in rows]
