"""`consultation_decision`: what was decided, and before it. Rows are only added."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.scheduling.domain.decision import AmendedBecause, Decision, DecisionReason
from shared.database import Transaction
from shared.events.consultation import ConsultationDecision


async def add(tx: Transaction, clinic_id: UUID, decision: Decision) -> None:
    await tx.execute(
        """
        insert into consultation_decision
               (consultation_id, number, clinic_id, decision, reason, because, note, decided_by, decided_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        decision.consultation_id,
        decision.number,
        clinic_id,
        decision.decision,
        decision.reason,
        decision.because,
        decision.note,
        decision.by,
        decision.at,
    )


async def of_consultation(tx: Transaction, consultation_id: UUID) -> list[Decision]:
    """The one that stands first, then those before it."""
    rows = await tx.fetch(
        "select * from consultation_decision where consultation_id = $1 order by number desc", consultation_id
    )
    return [_decision(row) for row in rows]


async def not_suitable(tx: Transaction, patient_id: UUID) -> bool:
    """Whether the newest decision about this patient is that they are not to be treated."""
    return await tx.with_others(_are_not_suitable, patient_id)


async def _are_not_suitable(tx: Transaction, patient_ids: Sequence[UUID]) -> list[bool]:
    rows = await tx.fetch(
        """
        select distinct on (c.patient_id) c.patient_id, decided.decision
          from consultation as c
          join consultation_decision as decided on decided.consultation_id = c.id
         where c.patient_id = any ($1::uuid[])
         order by c.patient_id, decided.decided_at desc, decided.number desc
        """,
        patient_ids,
    )
    refused = {row["patient_id"] for row in rows if row["decision"] == ConsultationDecision.NOT_SUITABLE}
    return [patient_id in refused for patient_id in patient_ids]


def _decision(row: asyncpg.Record) -> Decision:
    return Decision(
        consultation_id=row["consultation_id"],
        number=row["number"],
        decision=ConsultationDecision(row["decision"]),
        reason=DecisionReason(row["reason"]),
        by=row["decided_by"],
        at=row["decided_at"],
        because=AmendedBecause(row["because"]) if row["because"] else None,
        note=row["note"],
    )
