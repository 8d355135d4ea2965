"""A database connection that one part of the relay keeps for itself, so that no request can make it wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

ACQUIRE_TIMEOUT = 5.0


class RelayConnection:
    """Opened when first used and anew after any failure. `prepare` is run on each new connection."""

    def __init__(self, pool: asyncpg.Pool, prepare: str = "") -> None:
        self._pool = pool
        self._prepare = prepare
        self._open: Any = None  # the pool's stand-in for a connection
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Any]:
        """The connection, for one user at a time. After any exception it is not trusted any more and closed."""
        async with self._turn:
            connection = self._open
            if connection is None or connection.is_closed():
                await self.close()
                connection = self._open = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT)
                if self._prepare:
                    await connection.execute(self._prepare)
            try:
                yield connection
            except BaseException:
                connection.terminate()
                await self.close()
                raise

    async def close(self) -> None:
        """Gives it back."""
        connection, self._open = self._open, None
        if connection is not None:
            await self._pool.release(connection, timeout=1)
