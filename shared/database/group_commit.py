"""Callers who come at the same moment share one transaction: one BEGIN, one insert of events, one flush of the disk.

Each caller's work is done as if it were alone. Works run side by side (see shared_transaction.py) and see what others have
written; when one fails, nothing of the group is kept, and each is done again in a transaction of its own, so that a failure
is told to whoever caused it and to nobody else. A failure to open or to commit is everybody's and is not tried again: what
became of a commit that was never answered is not known, and doing it twice would be worse than saying so.

While the disk keeps one group, the next is already at work (docs/decisions/0122); and while one is being written, if it
says what it writes (docs/decisions/0187).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from shared.database.forerunner import Forerunner
from shared.database.shared_transaction import SharedTransaction
from shared.database.transaction import Transaction
from shared.messaging.cause import Cause, because_of, cause_or_new

T = TypeVar("T")
MOST = 32
"""Callers in one transaction: what is locked for the first is held until the last is done."""


class _FellApart(Exception):
    """Some work failed with `error`, and nothing of the group is kept."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True, slots=True)
class _Caller:
    work: Callable[[Transaction], Awaitable[Any]]
    cause: Cause
    answer: "asyncio.Future[Any]"

    async def serve(self, tx: Transaction) -> Any:
        with because_of(self.cause):
            return await self.work(tx)

    def hear(self, answer: Any) -> None:
        if not self.answer.done():  # a caller may have gone away
            self.answer.set_result(answer)

    def hear_failure(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class GroupCommit:
    """`open_transaction` opens one and commits it at the end of the block."""

    def __init__(self, open_transaction: Callable[[], AbstractAsyncContextManager[SharedTransaction]]) -> None:
        self._open_transaction = open_transaction
        self._waiting: deque[_Caller] = deque()
        self._host: asyncio.Task[None] | None = None
        self._before = Forerunner.none()
        self._served: set[asyncio.Task[None]] = set()

    async def run(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """What `work` answers, once it is committed; raises what it raises. It may be done again from its beginning."""
        caller = _Caller(work, cause_or_new(), asyncio.get_running_loop().create_future())
        self._waiting.append(caller)
        if self._host is None or self._host.done():
            self._host = asyncio.create_task(self._receive(), name="group commit")
        return await caller.answer

    async def _receive(self) -> None:
        """One group at work, and at most one that waits for the disk: more would be many small ones."""
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            itself = Forerunner()
            serving = asyncio.create_task(self._serve(group, itself, self._before), name="group of commits")
            self._served.add(serving)  # the loop itself would forget a task that nobody holds
            serving.add_done_callback(self._served.discard)
            await itself.has_let_go()
            await self._before.is_over()
            self._before = itself

    async def _serve(self, group: list[_Caller], itself: Forerunner, before: Forerunner) -> None:
        try:
            answers = await self._commit(group, itself, before)
        except _FellApart as apart:
            itself.take_back()
            if len(group) == 1:
                group[0].hear_failure(apart.error)
            else:
                await asyncio.gather(*(self._serve([caller], Forerunner(), Forerunner.none()) for caller in group))
        except Exception as error:
            for caller in group:
                caller.hear_failure(error)
        else:
            for caller, answer in zip(group, answers, strict=True):
                caller.hear(answer)
        finally:
            itself.end()

    async def _commit(self, group: list[_Caller], itself: Forerunner, before: Forerunner) -> list[Any]:
        """The next may begin when all that is left is to write the events and to commit: neither waits for anybody's lock."""
        async with self._open_transaction() as tx:
            answers = await tx.side_by_side([partial(caller.serve, tx) for caller in group], itself, before)
            for answer in answers:
                if isinstance(answer, BaseException):
                    raise _FellApart(answer)
            itself.let_go()
            return answers
