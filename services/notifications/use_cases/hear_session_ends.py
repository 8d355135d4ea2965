"""Sessions have ended: staff see it, patients who go home get a word of after-care."""

from collections.abc import Sequence

from services.notifications.domain.heard import SessionEnded
from services.notifications.domain.message import AFTER_CARE_GOOD_FOR, MessageKind, Plan
from services.notifications.store import heard, inbox, messages
from services.notifications.store.inbox import News
from shared.database.transaction import Transaction

_CALLS_SOON = ("stopped-early", "transferred")


async def hear_session_ends(tx: Transaction, ends: Sequence[SessionEnded]) -> None:
    """Once for every session, however often its end is heard. For whom after-care is nothing is said when the letter is
    written (`deliver_messages`), so that it stands on record why none went."""
    news = await heard.hear_ends(tx, ends)
    fresh = {one.session_id: one for one in ends if one.session_id in news}.values()
    await inbox.add(tx, [_row(one) for one in fresh])
    await messages.plan(tx, [_after_care(one) for one in fresh])
    await messages.cancel_untrue(tx, [one.appointment_id for one in fresh])


def _row(one: SessionEnded) -> News:
    return News(
        "session",
        one.session_id,
        one.clinic_id,
        one.ended_at,
        patient_id=one.patient_id,
        session_id=one.session_id,
        appointment_id=one.appointment_id,
        urgency="soon" if one.outcome in _CALLS_SOON or one.worst_severity == "severe" else "routine",
    )


def _after_care(one: SessionEnded) -> Plan:
    return Plan(
        MessageKind.AFTER_CARE,
        one.clinic_id,
        one.patient_id,
        about_id=one.session_id,
        revision=0,
        due_at=one.ended_at,
        expires_at=one.ended_at + AFTER_CARE_GOOD_FOR,
    )
