"""An appointment was booked, moved, cancelled or missed: the patient hears the newest of it, and only that.

Whoever did not come gets no letter: what was to be said before is not said any more, and staff phone.
"""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.domain.heard import AppointmentHeard
from services.notifications.domain.message import CANCELLATION_GOOD_FOR, MessageKind, Plan
from services.notifications.store import heard, messages
from shared.database.transaction import Transaction

_KINDS = {
    ("consultation", "booked"): MessageKind.CONSULTATION_SCHEDULED,
    ("consultation", "cancelled"): MessageKind.CONSULTATION_CANCELLED,
    ("session", "booked"): MessageKind.SESSION_SCHEDULED,
    ("session", "cancelled"): MessageKind.SESSION_CANCELLED,
}


async def hear_appointments(tx: Transaction, appointments: Sequence[AppointmentHeard]) -> None:
    """First what is known, then what is said: so two topics heard side by side end in the same messages."""
    await heard.hear_appointments(tx, appointments)
    await messages.plan(tx, [_message(one, tx.now) for one in appointments if one.state != "missed"])
    await messages.cancel_untrue(tx, [one.appointment_id for one in appointments])


def _message(one: AppointmentHeard, now: datetime) -> Plan:
    kind = _KINDS[one.kind, one.state]
    return Plan(
        kind,
        one.clinic_id,
        one.patient_id,
        about_id=one.appointment_id,
        revision=one.revision,
        due_at=now,
        expires_at=one.starts_at + CANCELLATION_GOOD_FOR if kind.cancels else one.starts_at,
        request_id=one.request_id,
        appointment_id=one.appointment_id,
    )
