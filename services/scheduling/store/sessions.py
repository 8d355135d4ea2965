"""`session`."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.scheduling.domain.session import AmendReason, Session, SessionState
from services.scheduling.domain.session_record import SessionRecord
from shared.database import Transaction
from shared.events.session import Outcome, Severity


class SessionNotFound(LookupError):
    """There is no session of that id at this clinic."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(f"There is no session {session_id} here.")


async def insert(tx: Transaction, session: Session) -> None:
    await tx.with_others(_insert_all, session)


async def _insert_all(tx: Transaction, many: Sequence[Session]) -> list[None]:
    await tx.execute(
        """
        insert into session (id, clinic_id, patient_id, course_id, number, state, prescriber_id, version)
        select *
          from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::text[], $7::uuid[], $8::bigint[])
        """,
        *zip(
            *(
                (
                    one.id,
                    one.clinic_id,
                    one.patient_id,
                    one.course_id,
                    one.number,
                    one.state,
                    one.prescriber_id,
                    one.version,
                )
                for one in many
            ),
            strict=True,
        ),
    )
    return [None] * len(many)


async def lock(tx: Transaction, clinic_id: UUID, session_id: UUID) -> Session:
    """The session as it is now; nobody else changes it before this transaction ends. Raises SessionNotFound."""
    row = await tx.fetchrow(
        "select * from session where id = $1 and clinic_id = $2 for no key update", session_id, clinic_id
    )
    if row is None:
        raise SessionNotFound(session_id)
    return _session(row)


async def find(tx: Transaction, clinic_id: UUID, session_id: UUID) -> Session:
    """The session as it was last committed, to be shown. Raises SessionNotFound."""
    row = await tx.fetchrow("select * from session where id = $1 and clinic_id = $2", session_id, clinic_id)
    if row is None:
        raise SessionNotFound(session_id)
    return _session(row)


async def save(tx: Transaction, session: Session) -> None:
    """What can change after booking."""
    record = session.record
    await tx.execute(
        """
        update session
           set state = $2, version = $3, started_at = $4, ended_at = $5, outcome = $6, worst_severity = $7,
               dose_mg = $8, recorded_by = $9, recorded_at = $10, amended_because = $11,
               prescriber_id = $12
         where id = $1
        """,
        session.id,
        session.state,
        session.version,
        record.started_at if record else None,
        record.ended_at if record else None,
        record.outcome if record else None,
        record.worst_severity if record else None,
        record.dose_mg if record else None,
        session.recorded_by,
        session.recorded_at,
        session.amended_because,
        session.prescriber_id,
    )


def _session(row: asyncpg.Record) -> Session:
    return Session(
        id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        state=SessionState(row["state"]),
        prescriber_id=row["prescriber_id"],
        version=row["version"],
        course_id=row["course_id"],
        number=row["number"],
        record=_record(row),
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
        amended_because=AmendReason(row["amended_because"]) if row["amended_because"] else None,
    )


def _record(row: asyncpg.Record) -> SessionRecord | None:
    if row["started_at"] is None or row["ended_at"] is None or row["outcome"] is None:
        return None
    return SessionRecord(
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        outcome=Outcome(row["outcome"]),
        worst_severity=Severity(row["worst_severity"]),
        dose_mg=row["dose_mg"],
    )
