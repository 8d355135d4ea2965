"""Who works here, and with which roles."""

from datetime import datetime

from shared.database import Transaction
from shared.events.staff import StaffChanged
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions
from shared.web.staff_directory import store_staff

reactions = Reactions("scheduling")


@reactions.on_batch(StaffChanged, repeatable=True)
async def know_staff(tx: Transaction, messages: list[Received[StaffChanged]], _now: datetime) -> None:
    await store_staff(tx, [(message.event, message.version) for message in messages])
