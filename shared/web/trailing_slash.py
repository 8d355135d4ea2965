"""An address with a slash too many leads to the one without, by a path of our own.

The framework would answer with a whole address, made of whatever host the request named and always with plain http.
"""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.local_path import local_path


class TrailingSlash:
    """Only for reading: a form sent to such an address was not made by one of our pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and (onward := _without_slash(scope)):
            await RedirectResponse(onward, status_code=308)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _without_slash(scope: Scope) -> str:
    """Path and query as they were sent, without the slashes at the end; "" when there is nothing to take away."""
    path: str = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    shorter = path.rstrip("/")
    if not shorter or shorter == path:
        return ""
    query: str = scope["query_string"].decode("latin-1")
    return local_path(f"{shorter}?{query}" if query else shorter, otherwise="")
