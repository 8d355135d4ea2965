"""What patients say of whether they come."""

from datetime import datetime

from services.notifications.store import attendances
from services.notifications.store.attendances import AttendanceHeard
from shared.database.transaction import Transaction
from shared.events.attendance import AttendanceConfirmed
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(AttendanceConfirmed)
async def ask_no_more(tx: Transaction, messages: list[Received[AttendanceConfirmed]], _now: datetime) -> None:
    await attendances.store(tx, [_heard(message.event) for message in messages])


def _heard(event: AttendanceConfirmed) -> AttendanceHeard:
    return AttendanceHeard(**{name: getattr(event, name) for name in AttendanceHeard.__slots__})
