"""Work on a database that is begun, and left where it waits for a lock: what the other side does next is the test's."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from shared.database import Database

PATIENCE = 60.0
WAITING = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"


async def as_far_as_it_gets(database: Database, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Begun, and ended or waiting for a lock. Raises TimeoutError."""
    task = asyncio.create_task(work)
    async with asyncio.timeout(PATIENCE):
        while True:
            if task.done() or await database.pool.fetchval(WAITING):
                return task
            await asyncio.sleep(0.01)
