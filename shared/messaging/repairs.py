"""What a service does for operators: redrives, rows to set aside, positions that were moved back.

Every replica runs this. It is woken by the commit of whoever asked, and looks by itself now and then, because a word in
the air may be missed and an order may be left over from a process that died.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from shared.database import Database
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import Sealer
from shared.messaging.parked import set_aside_next
from shared.messaging.redriver import Redriver

log = structlog.get_logger()

LOOK_EVERY = 5.0
"""Seconds between two looks when nobody asks for anything."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """`asked` waits until somebody asks, at most so many seconds."""

    database: Database
    redriver: Redriver
    consumer: Consumer
    sealer: Sealer
    clinic_id: UUID
    asked: Callable[[float], Awaitable[object]]

    async def work(self, _database: Database) -> int:
        """One round, for a timer: what was asked for, or a wait until something is."""
        handled = await self.redriver.work() + await self._set_aside()
        if not handled:
            await self.consumer.notice_moves()
            await self.asked(LOOK_EVERY)
        return 1

    async def _set_aside(self) -> int:
        async with self.database.transaction() as tx:
            repair_id = await set_aside_next(tx, self.sealer, self.clinic_id)
        if repair_id is None:
            return 0
        log.warning("outbox_row_set_aside", repair_id=str(repair_id))
        return 1
