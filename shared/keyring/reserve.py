"""Keys for people who are not known yet, made a few at a time when many come at once.

A commit for each new person, in a database of its own, was a sixth of the work of taking a request. Whoever comes alone
still gets a key made for them, and none is left over; the more come in a short time, the more are made together.
"""

import asyncio
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
        self._ready: list[PatientCipher] = []
        self._made_at: datetime | None = None
        self._size = 0
        self._one_maker = asyncio.Lock()

    async def take(self) -> PatientCipher:
        """A key that nobody else gets. Failures of `make` pass through; the next one tries again."""
        async with self._one_maker:
            if not self._fresh():
                self._ready, self._size = [], 0
            if not self._ready:
                wanted = min(MOST, max(1, 2 * self._size))
                self._ready = await self._make(wanted)
                self._size, self._made_at = wanted, self._clock.now()
            return self._ready.pop()

    def _fresh(self) -> bool:
        # A clock that was set back must not lengthen a life, hence both sides.
        return self._made_at is not None and timedelta(0) <= self._clock.now() - self._made_at < GOOD_FOR
