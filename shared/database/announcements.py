"""What changed, told to open pages after the commit that changed it, many changes in one NOTIFY.

A NOTIFY inside the transaction would line up the commits of the whole server: Postgres holds one lock over all databases
from there until the commit is on disk, to keep the order of what it announces. Ten clients then had a third of the commits
(see docs/performance.md). Nobody needs that order, because an announcement only says "look again". For the same
reason it does not wait for the disk: what a crash of the database takes with it, no page can have heard.
"""

import asyncio
from collections.abc import Iterable

import asyncpg
import structlog

CHANGED = "changed"
"""The channel on which live pages hear that something changed; the payload is `<service>:<scope>`."""
PAUSE = 0.02
"""Seconds between two announcements: what is alone is said at once, what comes thick and fast is said together."""
WAIT_AFTER_FAILURE = 0.5
CLOSE_TIMEOUT = 2.0
log = structlog.get_logger()


class Announcements:
    """One announcer for one service's pool. While it speaks, what else has changed is gathered for the next time."""

    def __init__(self, pool: asyncpg.Pool, service: str) -> None:
        self._pool = pool
        self._service = service
        self._scopes: set[str] = set()
        self._speaking: asyncio.Task[None] | None = None

    def add(self, scopes: Iterable[str]) -> None:
        """These have changed, and it is committed. Never fails and never waits."""
        self._scopes.update(scopes)
        if self._scopes and (self._speaking is None or self._speaking.done()):
            self._speaking = asyncio.create_task(self._speak(), name="announcements")

    async def close(self) -> None:
        """Says what is left to say, within a bound."""
        if self._speaking is not None:
            await asyncio.wait([self._speaking], timeout=CLOSE_TIMEOUT)
            self._speaking.cancel()

    async def _speak(self) -> None:
        while self._scopes:
            scopes, self._scopes = self._scopes, set()
            try:
                await self._pool.execute(
                    """
                    select pg_notify($1, scope)
                      from set_config('synchronous_commit', 'off', true), unnest($2::text[]) as scope
                    """,
                    CHANGED,
                    [f"{self._service}:{scope}" for scope in sorted(scopes)],
                )
            except Exception as error:  # whatever it was, pages must hear of it when it is over
                log.warning("announcement_failed", failure=type(error).__name__)
                self._scopes |= scopes
                await asyncio.sleep(WAIT_AFTER_FAILURE)
            else:
                await asyncio.sleep(PAUSE)
