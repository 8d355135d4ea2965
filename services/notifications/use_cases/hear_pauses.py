"""Somebody wants to go on with their request later: they get the link, once for each time they asked."""

from collections.abc import Sequence

from services.notifications.domain.heard import PauseHeard
from services.notifications.domain.message import MessageKind, Plan
from services.notifications.store import links, messages
from shared.database.transaction import Transaction


async def hear_pauses(tx: Transaction, pauses: Sequence[PauseHeard]) -> None:
    """At once, by night too: they have just asked. Not when the request was sent meanwhile."""
    await links.hear_pauses(tx, pauses)
    await messages.plan(tx, [_letter(one) for one in pauses])


def _letter(one: PauseHeard) -> Plan:
    return Plan(
        MessageKind.REQUEST_PAUSED,
        one.clinic_id,
        one.patient_id,
        about_id=one.pause_id,
        revision=0,
        due_at=one.asked_at,
        expires_at=one.expires_at,
        request_id=one.request_id,
    )
