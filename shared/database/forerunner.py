"""A group of callers who share a commit, as the next group sees it until it is over (docs/decisions/0122, 0187)."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

PATIENCE = 0.1
"""Seconds. A group that takes longer waits for a lock somebody else holds, and holds up the next no more. Until then the
next begins when nothing is left to lock for the one before, so that no two of one process lock the same contacts in
opposite order."""


class Forerunner:
    """It lets go when the next may begin, and is over when every caller has an answer, whatever became of it."""

    def __init__(self) -> None:
        self._let_go, self._over = asyncio.Event(), asyncio.Event()
        self._promised: list[Any] = []

    @classmethod
    def none(cls) -> Self:
        """Who comes first has nobody before them."""
        nobody = cls()
        nobody.end()
        return nobody

    def promise(self, rows: Sequence[Any]) -> None:
        self._promised += rows

    def take_back(self) -> None:
        """It fell apart: what it does now instead nobody knows before it is over."""
        self._promised = []

    def let_go(self) -> None:
        self._let_go.set()

    def end(self) -> None:
        self.take_back()
        self._let_go.set()
        self._over.set()

    async def has_let_go(self) -> None:
        await _patiently(self._let_go)

    async def is_over(self) -> None:
        await _patiently(self._over)

    async def promises(self) -> Sequence[Any]:
        """What is promised and may still be rolled back. Where nothing is, once the group is over, so that it can be read."""
        if not self._promised:
            await self.is_over()
        return self._promised


async def _patiently(event: asyncio.Event) -> None:
    if not event.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await event.wait()
