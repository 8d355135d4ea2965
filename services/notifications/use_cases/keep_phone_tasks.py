"""Who left neither e-mail nor mobile is nobody's blind spot: as long as their request goes on, staff have a task to phone."""

from collections.abc import Sequence

from services.notifications.store import inbox
from services.notifications.store.heard import Unreached
from services.notifications.store.inbox import News
from shared.database.transaction import Transaction


async def keep_phone_tasks(tx: Transaction, requests: Sequence[Unreached]) -> None:
    """A task for each that wants one; the others' tasks take care of themselves."""
    await inbox.add(tx, [_phone(one) for one in requests if one.wanted])
    await inbox.resolve(tx, "phone", [one.request_id for one in requests if one.asked and not one.wanted])


def _phone(one: Unreached) -> News:
    return News(
        "phone",
        one.request_id,
        one.clinic_id,
        one.requested_at,
        patient_id=one.patient_id,
        request_id=one.request_id,
        urgency=one.urgency,
        facts={"why": "unreachable"},
    )
