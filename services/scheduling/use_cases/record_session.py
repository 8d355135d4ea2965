"""Record what happened in a session that was documented elsewhere."""

from datetime import datetime
from uuid import UUID

from services.scheduling.domain.session import Session
from services.scheduling.domain.session_record import SessionRecord
from services.scheduling.store import appointments, sessions
from services.scheduling.use_cases.complete_appointment import complete_appointment
from shared.database import Transaction
from shared.events.session import SessionCompleted


async def record_session(
    tx: Transaction, clinic_id: UUID, session_id: UUID, record: SessionRecord, *, by: UUID, now: datetime
) -> Session:
    """Completes the session; `session-completed` is said exactly once, however often the same record is sent.

    Raises SessionNotFound, SessionNotBooked, and SessionAlreadyRecorded when the stored record says something else.
    """
    before = await sessions.lock(tx, clinic_id, session_id)
    after = before.complete(record, by=by, now=now)
    if after is before:
        return before
    await sessions.save(tx, after)
    appointment = await complete_appointment(
        tx, await appointments.of_session(tx, session_id), record.ended_at, by=by, began_at=record.started_at
    )
    tx.emit(
        SessionCompleted(
            clinic_id=after.clinic_id,
            patient_id=after.patient_id,
            session_id=after.id,
            appointment_id=appointment.id,
            course_id=after.course_id,
            number=after.number,
            started_at=record.started_at,
            ended_at=record.ended_at,
            outcome=record.outcome,
            worst_severity=record.worst_severity,
            dose_mg=record.dose_mg,
        ),
        of=after,
    )
    return after
