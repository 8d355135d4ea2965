"""Notifications says who the staff are: intake's own copy of the directory decides who may see a page."""

from datetime import datetime

from shared.database import Transaction
from shared.events.staff import StaffChanged
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions
from shared.web.staff_directory import store_staff

reactions = Reactions("intake")


@reactions.on_batch(StaffChanged, repeatable=True)
async def keep_staff_directory(tx: Transaction, messages: list[Received[StaffChanged]], now: datetime) -> None:
    del now
    await store_staff(tx, [(message.event, message.version) for message in messages])
