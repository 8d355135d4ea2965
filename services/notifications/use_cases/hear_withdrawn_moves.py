"""A booked time can be kept after all: whoever was asked about another is told once that theirs stays."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.domain.message import MessageKind, Plan
from services.notifications.store import messages, withdrawn_moves
from services.notifications.store.withdrawn_moves import WithdrawnHeard
from shared.database.transaction import Transaction


async def hear_withdrawn_moves(tx: Transaction, withdrawn: Sequence[WithdrawnHeard]) -> None:
    """A question that has not gone out yet goes no more, and nobody phones about it; whether one had is looked at when the
    letter is written (`deliver_messages`), as it may be going out just now. By night too: it is news."""
    await withdrawn_moves.store(tx, withdrawn)
    await messages.plan(tx, [_letter(one, tx.now) for one in withdrawn])
    await messages.cancel_untrue(tx, [one.offer_id for one in withdrawn])


def _letter(one: WithdrawnHeard, now: datetime) -> Plan:
    return Plan(
        MessageKind.TIME_STAYS,
        one.clinic_id,
        one.patient_id,
        about_id=one.withdrawn_id,
        revision=one.revision,
        due_at=now,
        expires_at=one.starts_at,
        request_id=one.request_id,
        appointment_id=one.appointment_id,
    )
