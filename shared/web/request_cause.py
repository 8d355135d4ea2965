"""Every request begins a story or goes on with one: its id reaches the events it causes, and the answer names it."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.messaging.cause import Cause, current_cause

HEADER = b"x-request-id"
_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_TRACEPARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class RequestCause:
    """Sets `current_cause` from `X-Request-Id` and `traceparent` when they are well formed, else to a new story."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cause = cause_of(dict(scope["headers"]))

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                message["headers"] = [*message["headers"], (HEADER, cause.correlation_id.encode())]
            await send(message)

        token = current_cause.set(cause)
        try:
            await self._app(scope, receive, named)
        finally:
            current_cause.reset(token)


def cause_of(headers: dict[bytes, bytes]) -> Cause:
    """The cause that these headers tell; what is not well formed is as if it had not been sent."""
    given = headers.get(HEADER, b"")
    trace = headers.get(b"traceparent", b"")
    return Cause(
        correlation_id=given.decode() if _ID.fullmatch(given) else Cause.new().correlation_id,
        traceparent=trace.decode() if _TRACEPARENT.fullmatch(trace) else None,
    )
