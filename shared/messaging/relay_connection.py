"""A database connection that one part of the relay keeps for itself, so that no request can make it wait."""

import asyncio
import contextlib
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
            fresh = not _usable(self._open)
            if fresh:
                await self.close()
                self._open = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT)
            connection = self._open
            try:
                if fresh and self._prepare:
                    await connection.execute(self._prepare)
                yield connection
            except BaseException:
                with contextlib.suppress(asyncpg.InterfaceError):
                    connection.terminate()
                await self.close()
                raise

    async def close(self) -> None:
        """Gives it back."""
        connection, self._open = self._open, None
        if connection is not None:
            await self._pool.release(connection, timeout=1)


def _usable(connection: Any) -> bool:
    """A connection that died while nobody used it went back to the pool by itself, and then even refuses to say so."""
    try:
        return connection is not None and not connection.is_closed()
    except asyncpg.InterfaceError:
        return False
