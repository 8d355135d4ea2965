"""One transaction for several works that run at the same time, each as if it had the transaction to itself.

Once all of them have come to a statement that can be sent for many (`with_others`) or to their end, it is sent once for
all. Whatever else they ask of the database takes its turn: a connection does one thing at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

import asyncpg

from shared.database.connection import Connection
from shared.database.forerunner import Forerunner
from shared.database.transaction import ForAll, Transaction

T = TypeVar("T")
R = TypeVar("R")


class NotTogether(Exception):
    """Two works need the same for themselves: each is done in a transaction of its own."""


class SharedTransaction(Transaction):
    """The works run in `side_by_side`; when one of them fails, nothing of all is to be kept."""

    def __init__(self, connection: Connection, service: str, now: datetime) -> None:
        super().__init__(connection, service, now)
        self._turn = asyncio.Lock()
        self._itself, self._before = Forerunner(), Forerunner.none()
        self._taken: set[Hashable] = set()
        self._going_on = 0
        """Works that come to their next statement, or to their end, by themselves."""
        self._gathered: dict[ForAll[Any, Any], list[tuple[Any, asyncio.Future[Any]]]] = {}

    async def side_by_side(
        self, works: Sequence[Callable[[], Awaitable[R]]], itself: Forerunner, before: Forerunner
    ) -> list[R | BaseException]:
        """What each answers, or fails with, once all have ended. `itself` is what the next group sees of this one, and
        `before` what this one sees of the group before."""
        self._itself, self._before = itself, before
        self.shared = len(works) > 1
        self._going_on = len(works)
        return await asyncio.gather(*(self._run(work) for work in works), return_exceptions=True)

    async def _run(self, work: Callable[[], Awaitable[R]]) -> R:
        try:
            return await work()
        finally:
            await self._one_fewer_goes_on()

    async def after_those_before(self) -> None:
        await self._before.is_over()

    async def promised_before(self) -> Sequence[Any]:
        return await self._before.promises()

    def promise(self, rows: Sequence[Any]) -> None:
        self._itself.promise(rows)
        if not self._gathered:  # everybody else has ended
            self._itself.let_go()

    def alone_with(self, thing: Hashable) -> None:
        """Raises NotTogether."""
        if self.shared and thing in self._taken:
            raise NotTogether
        self._taken.add(thing)

    async def with_others(self, for_all: ForAll[T, R], one: T) -> R:
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._gathered.setdefault(for_all, []).append((one, answer))
        await self._one_fewer_goes_on()
        return await answer

    async def _one_fewer_goes_on(self) -> None:
        self._going_on -= 1
        if self._going_on or not self._gathered:
            return
        for_all = next(iter(self._gathered))
        asked = self._gathered.pop(for_all)
        self._going_on = len(asked)
        try:
            answered = list(zip(asked, await for_all(self, [one for one, _ in asked]), strict=True))
        except Exception as error:
            for _, answer in asked:
                if not answer.cancelled():  # as when the process ends in the middle
                    answer.set_exception(error)
        else:
            for (_, answer), found in answered:
                if not answer.cancelled():
                    answer.set_result(found)

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        async with self._turn:
            return await super().fetch(query, *arguments)

    async def fetchrow(self, query: str, *arguments: Any) -> asyncpg.Record | None:
        async with self._turn:
            return await super().fetchrow(query, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        async with self._turn:
            return await super().fetchval(query, *arguments)

    async def fetchmany(self, query: str, arguments: Iterable[Sequence[Any]]) -> list[asyncpg.Record]:
        async with self._turn:
            return await super().fetchmany(query, arguments)

    async def execute(self, query: str, *arguments: Any) -> str:
        async with self._turn:
            return await super().execute(query, *arguments)

    async def executemany(self, query: str, arguments: Sequence[Sequence[Any]]) -> None:
        async with self._turn:
            await super().executemany(query, arguments)

    @asynccontextmanager
    async def patiently(self) -> AsyncIterator[None]:
        """With others it waits like any statement: what waited in vain fails with all, and goes on without when it is done
        again alone."""
        if self.shared:
            yield
            return
        async with super().patiently():
            yield

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        if self.shared:
            raise RuntimeError(
                "What may fail alone needs a transaction of its own: others' statements would go back with it"
            )
        async with super().savepoint():
            yield
