"""Which pages another site may show in a frame: those made for it, on the sites that are listed. No other page, nowhere."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.page_headers import CONTENT_SECURITY_POLICY

FRAMED = "/embed/"
NOWHERE = "frame-ancestors 'none'"
HEADER = "Content-Security-Policy"


def policy_in_frames(parents: Sequence[str]) -> str:
    """For a page that runs no script, in a frame of one of these origins."""
    ancestors = f"frame-ancestors {' '.join(parents)}" if parents else NOWHERE
    return CONTENT_SECURITY_POLICY.replace("script-src 'self'", "script-src 'none'").replace(NOWHERE, ancestors)


class Framing:
    """Around everything below FRAMED, refusals too: somebody who presses send in a frame must see what became of it."""

    def __init__(self, app: ASGIApp, parents: Sequence[str]) -> None:
        self._app = app
        self._policy = policy_in_frames(parents)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(FRAMED):
            await self._app(scope, receive, send)
            return

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = self._policy
            await send(message)

        await self._app(scope, receive, framed)
