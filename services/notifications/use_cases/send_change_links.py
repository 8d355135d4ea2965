"""A patient wants a new link to change their appointment: it goes to the address on file, once for each time they asked."""

from collections.abc import Sequence

from services.notifications.domain.message import LINK_GOOD_FOR, MessageKind, Plan
from services.notifications.store import messages
from shared.database.transaction import Transaction
from shared.events.consultation import ChangeLinkAsked


async def send_change_links(tx: Transaction, asked: Sequence[ChangeLinkAsked]) -> None:
    """At once, by night too: they have just asked. How often they may, scheduling counts."""
    await messages.plan(tx, [_letter(one) for one in asked])


def _letter(one: ChangeLinkAsked) -> Plan:
    return Plan(
        MessageKind.CHANGE_LINK,
        one.clinic_id,
        one.patient_id,
        about_id=one.ask_id,
        revision=0,
        due_at=one.asked_at,
        expires_at=one.asked_at + LINK_GOOD_FOR,
        request_id=one.request_id,
    )
