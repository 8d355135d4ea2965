"""Who has said who they are need not say it on every page: a cookie for one link, for two hours from the last page."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from shared.keyring.sealing import secret_bytes
from shared.settings import Settings
from shared.web.staff_cookie import StaffCookie

LASTS = timedelta(hours=2)
"""Short, because phones are shared; whoever comes back later says it again."""


@dataclass(frozen=True, slots=True)
class Visits:
    """The cookie goes to the addresses of one link, below `place`, and to no other. It is good for what the link opens."""

    name: str
    place: str
    secret: bytes
    secure: bool

    @classmethod
    def from_settings(cls, settings: Settings, *, name: str, place: str) -> "Visits":
        secret = secret_bytes(settings.form_key.get_secret_value(), "FORM_KEY")
        return cls(name, place, secret, StaffCookie.for_origin(settings.public_url).secure)

    def lasts(self, request: Request, opens: bytes, now: datetime) -> bool:
        until, _, mac = request.cookies.get(self.name, "").partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 12 and now.timestamp() < int(until)):
            return False
        return hmac.compare_digest(mac.encode(), self._mac(opens, until).encode())

    def keep(self, response: Response, token: str, opens: bytes, now: datetime) -> Response:
        until = str(int((now + LASTS).timestamp()))
        response.set_cookie(
            self.name,
            f"{until}.{self._mac(opens, until)}",
            path=f"{self.place}{token}",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )
        return response

    def _mac(self, opens: bytes, until: str) -> str:
        return hmac.new(
            self.secret, f"visit:{self.name}:".encode() + opens + until.encode(), hashlib.sha256
        ).hexdigest()
