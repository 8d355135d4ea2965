"""`session_record_earlier`: what a record said before it was corrected, by whom and when. Rows are only added."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.session import AmendReason, Session
from services.scheduling.domain.session_record import SessionRecord
from shared.database import Transaction
from shared.events.session import Outcome, Severity


@dataclass(frozen=True, slots=True)
class EarlierRecord:
    """`because` is why it had replaced one before it; None for the first."""

    record: SessionRecord
    recorded_by: UUID
    recorded_at: datetime
    because: AmendReason | None


async def keep(tx: Transaction, session: Session) -> None:
    """The record of a session as it stands, before another takes its place."""
    record = session.record
    assert record is not None
    await tx.execute(
        """
        insert into session_record_earlier
               (session_id, version, clinic_id, started_at, ended_at, outcome, worst_severity, dose_mg, recorded_by,
                recorded_at, because)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        session.id,
        session.version,
        session.clinic_id,
        record.started_at,
        record.ended_at,
        record.outcome,
        record.worst_severity,
        record.dose_mg,
        session.recorded_by,
        session.recorded_at,
        session.amended_because,
    )


async def of_session(tx: Transaction, session_id: UUID) -> list[EarlierRecord]:
    """The newest first."""
    rows = await tx.fetch(
        "select * from session_record_earlier where session_id = $1 order by version desc", session_id
    )
    return [
        EarlierRecord(
            record=SessionRecord(
                started_at=row["started_at"],
                ended_at=row["ended_at"],
                outcome=Outcome(row["outcome"]),
                worst_severity=Severity(row["worst_severity"]),
                dose_mg=row["dose_mg"],
            ),
            recorded_by=row["recorded_by"],
            recorded_at=row["recorded_at"],
            because=AmendReason(row["because"]) if row["because"] else None,
        )
        for row in rows
    ]
