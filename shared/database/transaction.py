"""One unit of work: statements, the events they caused, and the pages they changed, all or nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import asyncpg

from shared.database.connection import Connection
from shared.database.failures import Contended
from shared.events.base import Event
from shared.messaging.cause import cause_or_new, current_cause
from shared.messaging.envelope import Aggregate, Sent, seal
from shared.messaging.outbox import insert_events

T = TypeVar("T")
R = TypeVar("R")
ForAll: TypeAlias = Callable[["Transaction", Sequence[T]], Awaitable[Sequence[R]]]
"""What does for many, in one message to the database, what could be done for one; an answer for each, in their order."""
_WAITED_IN_VAIN = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.QueryCanceledError)


class Transaction:
    """An open transaction of one service. `Database.transaction` makes them; use cases receive them.

    `now` is the instant it began, by the injected clock.
    """

    shared = False
    """Whether others' works are in it too, so that nothing of it can fail alone."""

    def __init__(self, connection: Connection, service: str, now: datetime) -> None:
        self.connection = connection
        self.service = service
        self.now = now
        self._cause = cause_or_new()
        self._events: list[Sent] = []
        self._changed: set[str] = set()

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        return await self.connection.fetch(query, *arguments)

    async def fetchrow(self, query: str, *arguments: Any) -> asyncpg.Record | None:
        return await self.connection.fetchrow(query, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        return await self.connection.fetchval(query, *arguments)

    async def execute(self, query: str, *arguments: Any) -> str:
        return await self.connection.execute(query, *arguments)

    async def fetchmany(self, query: str, arguments: Iterable[Sequence[Any]]) -> list[asyncpg.Record]:
        """The rows of all, one after the other: for statements that answer with one row each, whatever they find."""
        return await self.connection.fetchmany(query, arguments)

    async def executemany(self, query: str, arguments: Sequence[Sequence[Any]]) -> None:
        await self.connection.executemany(query, arguments)

    async def with_others(self, for_all: ForAll[T, R], one: T) -> R:
        """The answer for `one`, asked together with whoever shares this transaction and asks the same at this moment."""
        return (await for_all(self, [one]))[0]

    async def after_those_before(self) -> None:
        """Once those are committed with whom this transaction would else run at the same time: for reading what they wrote."""

    async def promised_before(self) -> Sequence[Any]:
        """What those before have promised to write, while it may still be rolled back; nothing once it is committed. Where
        they have promised nothing, this is `after_those_before`."""
        return ()

    def promise(self, rows: Sequence[Any]) -> None:
        """What is about to be written, for whoever shares a transaction after this one: they need not wait for the commit to
        read it. Whatever may have to wait for somebody's lock has been locked by then."""

    def alone_with(self, thing: Hashable) -> None:
        """Nobody else in this transaction works with the same: what a lock keeps from other transactions."""

    def emit(self, event: Event, *, of: Aggregate) -> None:
        """Says `event`, if this transaction commits. `of` is the aggregate after the change, its row locked.

        The lock is what keeps an aggregate's events in order: the next writer gets its number after this commit.
        """
        self._events.append(
            seal(event, of=of, service=self.service, now=self.now, cause=current_cause.get() or self._cause)
        )

    def changed(self, *scopes: str) -> None:
        """Tells open pages, after the commit, that what they show under these scopes has changed."""
        self._changed.update(scopes)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that may fail alone: its statements, events and changes are dropped together."""
        events, changed = len(self._events), set(self._changed)
        try:
            async with self.connection.transaction():
                yield
        except BaseException:
            del self._events[events:]
            self._changed = changed
            raise

    @asynccontextmanager
    async def patiently(self) -> AsyncIterator[None]:
        """A savepoint for what may have to wait: others are waited for within the bounds of the session, and the
        transaction can go on without. Raises Contended.
        """
        try:
            async with self.savepoint():
                yield
        except _WAITED_IN_VAIN as error:
            raise Contended("Somebody else has this in hand at the moment. Try again.") from error

    @property
    def says(self) -> bool:
        """Whether there are events that leave with the commit."""
        return bool(self._events)

    @property
    def changes(self) -> frozenset[str]:
        """The scopes to announce once this is committed."""
        return frozenset(self._changed)

    async def flush(self) -> bool:
        """Writes the collected events in one insert; called just before the commit. Answers whether there were any."""
        events, self._events = self._events, []
        if events:
            await insert_events(self.connection, events, self.now)
        return bool(events)
