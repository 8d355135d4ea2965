"""One open stream of "changed", as Server-Sent Events."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from random import SystemRandom
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.web.client_address import client_address, network_of
from shared.web.live import LiveHub, Subscription
from shared.web.staff_session import StaffGuard, StaffSession

HEARTBEAT = 15.0
"""Seconds between comments that keep proxies from closing a quiet stream, and show us a client that has gone."""
RECHECK = 5.0
"""Seconds a revoked session may go on hearing that something changed (never what)."""
COALESCE = 0.05
"""Seconds in which several changes become one event."""
SEND_TIMEOUT = 10.0
_chance = SystemRandom()


def live_response(
    request: Request, hub: LiveHub, scopes: tuple[str, ...] | list[str], session: StaffSession | None = None
) -> Response:
    """A stream of `event: changed`, `data: <scope>` for these scopes of this service.

    With `session` it ends when that session ends or is revoked. Nothing is sent at the beginning: the page fetches its
    regions after every connection, which covers what changed before. Raises TooManyStreams, Stopping.
    """
    if session is None:
        return EventStream(hub, hub.open(scopes, network_of(client_address(request))))
    guard: StaffGuard = request.app.state.staff_guard
    stream = hub.open(scopes, f"staff:{session.staff_id}")
    return EventStream(hub, stream, lambda: guard.still_good(request))


async def _always() -> bool:
    return True


class EventStream(Response):
    """Runs until the hub closes, the client has gone, or `still_allowed` says no."""

    media_type = "text/event-stream"

    def __init__(
        self,
        hub: LiveHub,
        stream: Subscription,
        still_allowed: Callable[[], Awaitable[bool]] = _always,
        *,
        heartbeat: float = HEARTBEAT,
        recheck: float = RECHECK,
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._hub = hub
        self._stream = stream
        self._still_allowed = still_allowed
        self._heartbeat = heartbeat
        self._recheck = recheck

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope  # the request was looked at before the stream was opened
        watching = asyncio.create_task(self._watch(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            # Streams that ended together do not all come back together.
            await self._send(send, f"retry: {_chance.randint(1000, 3000)}\n\n")
            await self._tell(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, TimeoutError):
            return
        finally:
            self._hub.leave(self._stream)
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    async def _tell(self, send: Send) -> None:
        checked = beaten = monotonic()
        while True:
            changed = await self._stream.wait(min(self._heartbeat, self._recheck))
            now = monotonic()
            if now - checked >= self._recheck:
                checked = now
                if not await self._still_allowed():
                    return
            if self._stream.ended:
                return
            if changed:
                await self._send(send, "".join(f"event: changed\ndata: {one}\n\n" for one in changed))
                beaten = now
                await asyncio.sleep(COALESCE)
            elif now - beaten >= self._heartbeat:
                await self._send(send, ": still here\n\n")
                beaten = now

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._stream.end()

    async def _send(self, send: Send, text: str) -> None:
        """Raises TimeoutError for a client that no longer reads."""
        async with asyncio.timeout(SEND_TIMEOUT):
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
