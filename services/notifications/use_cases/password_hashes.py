"""argon2id, kept off the event loop and within bounds."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

AT_ONCE = 2
"""Each takes 64 MiB and a core for its time; whoever comes third waits."""


class PasswordHashes:
    """RFC 9106's second recommended setting. Nobody learns from the time whether an account exists."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._nobody: str | None = None

    async def make(self, password: str) -> str:
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password_hash: str | None, password: str) -> bool:
        """Without a hash (no such account, or no password yet) the same work is done, and the answer is no."""
        async with self._gate:
            return await asyncio.to_thread(self._fits, password_hash, password)

    def is_old(self, password_hash: str) -> bool:
        """Made under weaker settings than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _fits(self, password_hash: str | None, password: str) -> bool:
        if self._nobody is None:
            self._nobody = self._hasher.hash("a password that nobody has")
        try:
            self._hasher.verify(password_hash or self._nobody, password)
        except (Argon2Error, InvalidHashError):
            return False
        return password_hash is not None
