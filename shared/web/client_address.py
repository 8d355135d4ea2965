"""Who is calling, by network address: what the front door says, and only the front door."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = b"x-forwarded-for"
UNKNOWN = "unknown"


class ClientAddress:
    """Puts the caller's address into the request's state. Run uvicorn with `proxy_headers=False`: it believes more."""

    def __init__(self, app: ASGIApp, trusted: Iterable[str]) -> None:
        """`trusted`: addresses or networks of the front door, such as `127.0.0.1` or `172.16.0.0/12`."""
        self._app = app
        networks = tuple(ip_network(one) for one in trusted)
        self._is_trusted = lru_cache(maxsize=1000)(
            lambda peer: any(ip_address(peer) in network for network in networks)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["client_address"] = self._address(scope)
        await self._app(scope, receive, send)

    def _address(self, scope: Scope) -> str:
        peer = _parsed((scope.get("client") or (UNKNOWN,))[0])
        if peer == UNKNOWN or not self._is_trusted(peer):
            return peer
        forwarded = [value for name, value in scope["headers"] if name == HEADER]
        # The door adds the address it saw at the end; everything before it was written by the caller.
        return _parsed(forwarded[-1].decode("latin-1").rpartition(",")[2].strip()) if forwarded else peer


def client_address(request: Request) -> str:
    """The caller's address, or `unknown`."""
    return getattr(request.state, "client_address", UNKNOWN)


@lru_cache(maxsize=10_000)
def network_of(address: str) -> str:
    """What counts as one caller: an IPv6 subscriber has a whole /64 to choose from."""
    parsed = _parsed(address)
    if parsed == UNKNOWN:
        return UNKNOWN
    network = ip_network((parsed, 64), strict=False) if isinstance(ip_address(parsed), IPv6Address) else parsed
    return str(network)


@lru_cache(maxsize=10_000)
def is_somebody(network: str) -> bool:
    """False for the clinic's own rooms, and for a front door that does not say whom it lets in: those are everybody."""
    return network != UNKNOWN and ip_network(network).is_global


@lru_cache(maxsize=10_000)
def _parsed(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return UNKNOWN
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
