"""Live pages: a stream that says only "changed", and the page fetches its fragment again.

One connection per process listens on the channel `changed`; a transaction that calls `tx.changed("inbox")` reaches
every process just after it commits. What was missed while that connection was away is made good by telling every stream
that everything has changed as soon as it is back; what a process died on before it could announce it, by its successor,
which begins by telling all others the same.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable
from random import SystemRandom

import structlog

from shared.database import Database
from shared.database.announcements import CHANGED
from shared.database.database import ACQUIRE_TIMEOUT
from shared.web.problems import Problem

STREAMS_PER_CLIENT = 24
"""A clinic's staff share one network address only where they are not signed in."""
STREAMS = 2000
CHECK_EVERY = 5.0
"""Seconds between two looks at whether the listening connection still lives."""
RECONNECT_AT_MOST = 5.0
EVERYTHING = "*"
"""The scope a process announces when it begins to listen: the one before it may have died with something to say."""
_chance = SystemRandom()
log = structlog.get_logger()


class TooManyStreams(Problem):
    status = 429
    title = "Too many live pages are open"
    what_to_do = "Close some of them. This page still works: refresh it to see what is new."


class Stopping(Problem):
    status = 503
    title = "This is being restarted"
    what_to_do = "Try again in a few seconds."


class Subscription:
    """What one open stream waits for. Changes that come while it is busy are told once."""

    def __init__(self, scopes: Iterable[str], client: str) -> None:
        self.scopes = frozenset(scopes)
        self.client = client
        self.ended = False
        self._changed: set[str] = set()
        self._wake = asyncio.Event()

    def tell(self, scopes: Iterable[str]) -> None:
        wanted = self.scopes.intersection(scopes)
        if wanted:
            self._changed |= wanted
            self._wake.set()

    def end(self) -> None:
        self.ended = True
        self._wake.set()

    async def wait(self, seconds: float) -> list[str]:
        """The scopes that changed; empty after `seconds` without any, or when the stream is to end."""
        await _within(self._wake, seconds)
        self._wake.clear()
        changed, self._changed = sorted(self._changed), set()
        return changed


class LiveHub:
    """Hears what changed in one service's schema, and passes it on to the open streams of this process."""

    def __init__(self, database: Database, *, check_every: float = CHECK_EVERY) -> None:
        self._database = database
        self._check_every = check_every
        self._streams: set[Subscription] = set()
        self._clients: Counter[str] = Counter()
        self._closing = False
        self._own_pid: int | None = None
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to listen, and goes on trying while the database is away."""
        self._listener = asyncio.create_task(self._listen_for_ever(), name="live-hub")

    async def close(self) -> None:
        """Ends every stream at once, and refuses new ones. Safe to call twice, and before `start`."""
        self._closing = True
        for stream in tuple(self._streams):
            stream.end()
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)

    def open(self, scopes: Iterable[str], client: str) -> Subscription:
        """Raises TooManyStreams, Stopping. The caller must `leave` it."""
        if self._closing:
            raise Stopping(retry_after=2)
        if self._clients[client] >= STREAMS_PER_CLIENT or len(self._streams) >= STREAMS:
            raise TooManyStreams(retry_after=30)
        stream = Subscription(scopes, client)
        self._streams.add(stream)
        self._clients[client] += 1
        return stream

    def leave(self, stream: Subscription) -> None:
        if stream not in self._streams:
            return
        self._streams.remove(stream)
        self._clients[stream.client] -= 1
        if not self._clients[stream.client]:
            del self._clients[stream.client]

    def __len__(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    async def _listen_for_ever(self) -> None:
        failures = 0
        while True:
            listening = asyncio.Event()
            try:
                await self._listen(listening)
            except Exception as error:  # whatever it was, pages must become live again
                log.warning("live_listener_lost", failure=type(error).__name__)
            failures = 0 if listening.is_set() else min(failures + 1, 6)
            # With jitter, so that all processes do not come back to a restarted server in the same instant.
            await asyncio.sleep(_chance.uniform(0.5, 1) * min(0.1 * 2**failures, RECONNECT_AT_MOST))

    async def _listen(self, listening: asyncio.Event) -> None:
        """Returns when the connection has gone; raises what broke it."""
        async with self._database.pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _: lost.set())
            try:
                self._own_pid = connection.get_server_pid()
                await connection.add_listener(CHANGED, self._heard)
                listening.set()
                self._tell_everybody()
                everything = f"{self._database.service}:{EVERYTHING}"
                await connection.execute("select pg_notify($1, $2)", CHANGED, everything)
                while not await _within(lost, self._check_every):
                    # A cut network says nothing by itself: only a question that stays unanswered shows it.
                    await connection.execute("select 1", timeout=self._check_every)
            finally:
                # It heard things, so it is not given back for other work.
                connection.terminate()

    def _heard(self, _connection: object, pid: int, _channel: str, payload: object) -> None:
        schema, _, scope = str(payload).partition(":")
        if schema != self._database.service:
            return
        if scope != EVERYTHING:
            for stream in self._streams:
                stream.tell((scope,))
        elif pid != self._own_pid:
            self._tell_everybody()

    def _tell_everybody(self) -> None:
        for stream in self._streams:
            stream.tell(stream.scopes)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
