"""A service's database: the one place where transactions open and close."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar
from uuid import UUID

import asyncpg

from shared.clock import Clock, SystemClock
from shared.crash_points import crash_point
from shared.database.announcements import Announcements
from shared.database.group_commit import GroupCommit
from shared.database.pool import service_pool
from shared.database.shared_transaction import SharedTransaction
from shared.database.transaction import Transaction
from shared.messaging.cause import current_cause
from shared.settings import Settings

T = TypeVar("T")
Tx = TypeVar("Tx", bound=Transaction)
ACQUIRE_TIMEOUT = 5.0
"""Seconds a request waits for a free connection before it is told to come back later."""
CLOSE_TIMEOUT = 5.0


def _asked_from_outside() -> bool:
    cause = current_cause.get()
    return cause is not None and cause.from_outside


class Database:
    """Opens transactions for one service.

    `on_outbox` is called after every commit that wrote events, in this process: the relay's alarm clock.
    """

    def __init__(self, pool: asyncpg.Pool, service: str, clock: Clock) -> None:
        self.pool = pool
        self.service = service
        self.clock = clock
        self._announcements = Announcements(pool, service)
        self._group_commit = GroupCommit(lambda: self._open(SharedTransaction))
        self.on_outbox: Callable[[], None] = lambda: None

    @classmethod
    async def open(
        cls, settings: Settings, service: str, clock: Clock | None = None, *, clinic_id: UUID | None = None
    ) -> "Database":
        """Does not wait for the server; the first transaction does.

        With `clinic_id` no transaction sees or writes another clinic's rows; see one_clinic.py.
        """
        return cls(await service_pool(settings, service, clinic_id), service, clock or SystemClock())

    def transaction(self, *, read_only: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Commits at the end of the block, rolls back on any exception.

        Raises asyncpg and OS errors when the server is away, TimeoutError when no connection is free in time.
        """
        return self._open(Transaction, read_only=read_only)

    @asynccontextmanager
    async def _open(self, kind: type[Tx], *, read_only: bool = False) -> AsyncIterator[Tx]:
        async with self.pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            async with connection.transaction(readonly=read_only):
                tx = kind(connection, self.service, self.clock.now())
                yield tx
                wrote_events = await tx.flush()
                if commanded := wrote_events and _asked_from_outside():
                    crash_point("before_command_commit")
            if commanded:
                crash_point("after_command_commit")
            if wrote_events:
                self.on_outbox()
            self._announcements.add(tx.changes)

    async def alone(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """`work` in a transaction of its own."""
        async with self.transaction() as tx:
            return await work(tx)

    async def together(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """`work` in a transaction that it shares with others who come at the same moment, for what many ask for at once.

        Answers after the commit, and as if alone (see group_commit.py); for that, `work` may be called a second time.
        Raises what `work` raises, and what `transaction` raises.
        """
        return await self._group_commit.run(work)

    async def close(self) -> None:
        """Lets open transactions and announcements end, within a bound."""
        await self._announcements.close()
        try:
            await asyncio.wait_for(self.pool.close(), CLOSE_TIMEOUT)
        except TimeoutError:
            self.pool.terminate()
