"""Who may have rows in hand at the same time within one process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """Many may work together; one that may kill the process works alone, so that a death is blamed on nobody else."""

    def __init__(self) -> None:
        self._together = 0
        self._alone = False
        self._waiting = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Works beside others of the same mind; waits while somebody works alone or waits to."""
        if self._alone or self._waiting:
            async with self._changed:
                await self._changed.wait_for(lambda: not self._alone and not self._waiting)
                self._together += 1
        else:
            self._together += 1
        try:
            yield
        finally:
            self._together -= 1
            if not self._together and self._waiting:
                async with self._changed:
                    self._changed.notify_all()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Works while nobody else does."""
        async with self._changed:
            self._waiting += 1
            try:
                await self._changed.wait_for(lambda: not self._alone and not self._together)
            finally:
                self._waiting -= 1
            self._alone = True
        try:
            yield
        finally:
            async with self._changed:
                self._alone = False
                self._changed.notify_all()
