"""A page of another site cannot make a signed-in browser change anything here."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.answers import tell
from shared.web.problems import Problem, description_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
API_PREFIX = "/api/"


class ForeignOrigin(Problem):
    status = 403
    title = "This was sent from another site"
    what_to_do = "Open the page on our own site and do it there."


class OriginCheck:
    """Refuses unsafe methods that a browser sends for another origin.

    Browsers always say where such a request comes from: `Sec-Fetch-Site`, which no script can set, or else `Origin`. A
    caller that sends neither is no browser, and then has no cookie of somebody else to misuse. Under `/api/` the
    configured front ends are welcome too: those routes take no cookie.
    """

    def __init__(self, app: ASGIApp, public_url: str, front_ends: Collection[str] = ()) -> None:
        self._app = app
        self._own = origin_of(public_url)
        self._front_ends = frozenset(origin_of(one) for one in front_ends)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._welcome(scope["method"], scope["path"], Headers(scope=scope)):
            response = tell(Request(scope), description_of(ForeignOrigin))
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _welcome(self, method: str, path: str, headers: Headers) -> bool:
        if method in SAFE_METHODS:
            return True
        origin = headers.get("origin")
        if path.startswith(API_PREFIX) and origin is not None and origin in self._front_ends:
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        return origin is None or origin == self._own


def origin_of(url: str) -> str:
    """Scheme, host and port as a browser writes them in `Origin`: small letters, no default port, no path."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return f"{parts.scheme}://{host}{port}"
