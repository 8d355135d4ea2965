"""The one cookie a member of staff has."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class StaffCookie:
    """`__Host-` ties the cookie to this host, to https and to the path `/`: no other site can plant one.

    It has no Max-Age: the token inside grows old by itself, renewal needs the old one to know the session, and closing
    the browser ends it.
    """

    name: str
    secure: bool

    @classmethod
    def for_origin(cls, public_url: str) -> "StaffCookie":
        """Only plain http at a loopback address drops the prefix and `Secure`: browsers would refuse both there."""
        parts = urlsplit(public_url)
        if parts.scheme == "http" and _is_loopback(parts.hostname or ""):
            return cls("chairside", secure=False)
        return cls("__Host-chairside", secure=True)

    def read(self, request: Request) -> str | None:
        return request.cookies.get(self.name)

    def set(self, response: Response, token: str) -> None:
        response.set_cookie(self.name, token, path="/", secure=self.secure, httponly=True, samesite="lax")

    def clear(self, response: Response) -> None:
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
