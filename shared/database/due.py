"""Time-driven work: rows with a due time, claimed in small batches, looked at again before anything is done."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from shared.database.database import Database
from shared.database.failures import is_place

log = structlog.get_logger()

LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Timer:
    """Calls `work` about every `every` seconds until stopped; at once again while it answers that more was due.

    `work` opens its own transactions, claims rows with `for update skip locked`, and answers how many it handled. Any
    number of replicas may run the same timer.
    """

    name: str
    every: float
    work: Callable[[Database], Awaitable[int]]
    _alarm: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Something became due just now: look at once."""
        self._alarm.set()

    async def run(self, database: Database) -> None:
        """Runs for ever; cancel it to stop. A database that is away is waited for, with jitter, and never counted."""
        wait = self.every
        while True:
            try:
                handled = await self.work(database)
                wait = 0.0 if handled else self.every
            except Exception as error:  # one failing round must not end all later ones
                wait = min(max(wait, self.every) * 2, LONGEST_WAIT)
                level = log.warning if is_place(error) else log.exception
                level("timer_failed", timer=self.name, failure=type(error).__name__)
            if wait:
                self._alarm.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._alarm.wait(), wait * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
