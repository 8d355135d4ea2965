"""Keys for people who are not known yet, made a few at a time when many come at once.

A commit for each new person, in a database of its own, was a sixth of the work of taking a request. Whoever comes alone
still gets a key made for them, and none is left over; the more come in a short time, the more are made together. In a
crowd the next are made before the last is gone, so that nobody waits for the disk.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.keyring.ciphers import PatientCipher

MOST = 16
"""Keys in one insert: so few that making them holds up nobody for longer than 2 ms."""
GOOD_FOR = timedelta(seconds=10)
"""How long a key may lie ready. Short, because a restored keyring does not have what was made since its back-up."""


class KeyReserve:
    """Hands out keys that are committed already. What lies ready when a process ends opens nothing and harms nobody."""

    def __init__(self, make: Callable[[int], Awaitable[list[PatientCipher]]], clock: Clock) -> None:
        self._make = make
        self._clock = clock
        self._ready: deque[tuple[PatientCipher, datetime]] = deque()
        self._made_at: datetime | None = None
        self._size = 0
        self._making: asyncio.Task[None] | None = None

    async def take(self) -> PatientCipher:
        """A key that nobody else gets. A failure of `make` is told to all who wait for it; the next one tries again."""
        while not self._any_ready():
            await asyncio.shield(self._making_more())
        cipher, _ = self._ready.popleft()
        if self._size == MOST and len(self._ready) <= MOST // 2:
            self._making_more()
        return cipher

    def _any_ready(self) -> bool:
        while self._ready and not self._fresh(self._ready[0][1]):
            self._ready.popleft()
        return bool(self._ready)

    def _making_more(self) -> asyncio.Task[None]:
        """The making that is under way, or a new one. It goes on when whoever began it is gone."""
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._more(), name="keys for newcomers")
            self._making.add_done_callback(_heard)
        return self._making

    async def _more(self) -> None:
        if self._made_at is None or not self._fresh(self._made_at):
            self._size = 0
        wanted = min(MOST, max(1, 2 * self._size))
        keys = await self._make(wanted)
        self._size, self._made_at = wanted, self._clock.now()
        self._ready.extend((cipher, self._made_at) for cipher in keys)

    def _fresh(self, made_at: datetime) -> bool:
        # A clock that was set back must not lengthen a life, hence both sides.
        return timedelta(0) <= self._clock.now() - made_at < GOOD_FOR


def _heard(making: asyncio.Task[None]) -> None:
    """What was made ahead may fail with nobody waiting: whoever needs a key tries again, and hears it then."""
    if not making.cancelled():
        making.exception()
