"""Several clinics in one process: whose page is asked for is told by the host that is asked."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send


class ByHost:
    """Around the first clinic's app: hands a request for another clinic's host to the app of that clinic.

    A host that nobody has is the first clinic's, as when it is the only one: health checks ask by address.
    """

    def __init__(self, app: ASGIApp, others: Mapping[str, ASGIApp]) -> None:
        self._first = app
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chosen = self._others.get(_host(scope), self._first) if scope["type"] == "http" else self._first
        await chosen(scope, receive, send)


def _host(scope: Scope) -> str:
    """Without its port, in small letters, without the dot that may end a name."""
    said = Headers(scope=scope).get("host", "").lower()
    name = said.partition("]")[0] + "]" if said.startswith("[") else said.partition(":")[0]
    return name.strip("[]").rstrip(".")
