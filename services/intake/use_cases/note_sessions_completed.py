"""Infusions ended and the patients went home: somebody should ask the next day how they are."""

from collections.abc import Iterable

from services.intake.domain.follow_up import FollowUp
from services.intake.store import follow_ups
from shared.database import Transaction
from shared.events.session import SessionCompleted


async def note_sessions_completed(tx: Transaction, ended: Iterable[SessionCompleted]) -> None:
    """One row a session, however often its end is heard."""
    await follow_ups.note(
        tx,
        [
            FollowUp(
                session_id=event.session_id,
                clinic_id=event.clinic_id,
                patient_id=event.patient_id,
                ended_at=event.ended_at,
                outcome=event.outcome,
                worst_severity=event.worst_severity,
                course_id=event.course_id,
            )
            for event in ended
        ],
    )
    tx.changed("requests")
