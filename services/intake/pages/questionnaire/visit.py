"""Who has said who they are need not say it on every page: a cookie for this one link, for two hours from the last page."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from shared.keyring.sealing import secret_bytes
from shared.settings import Settings
from shared.web.staff_cookie import StaffCookie

NAME = "questions"
LASTS = timedelta(hours=2)
"""Short, because phones are shared; whoever comes back later says it again."""


@dataclass(frozen=True, slots=True)
class Visits:
    """The cookie goes to the addresses of one link and to no other, and is good for one questionnaire."""

    secret: bytes
    secure: bool

    @classmethod
    def from_settings(cls, settings: Settings) -> "Visits":
        secret = secret_bytes(settings.form_key.get_secret_value(), "FORM_KEY")
        return cls(secret, StaffCookie.for_origin(settings.public_url).secure)

    def lasts(self, request: Request, questionnaire_id: UUID, now: datetime) -> bool:
        until, _, mac = request.cookies.get(NAME, "").partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 12 and now.timestamp() < int(until)):
            return False
        return hmac.compare_digest(mac.encode(), self._mac(questionnaire_id, until).encode())

    def keep(self, response: Response, token: str, questionnaire_id: UUID, now: datetime) -> Response:
        until = str(int((now + LASTS).timestamp()))
        response.set_cookie(
            NAME,
            f"{until}.{self._mac(questionnaire_id, until)}",
            path=f"/q/{token}",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )
        return response

    def _mac(self, questionnaire_id: UUID, until: str) -> str:
        return hmac.new(
            self.secret, b"questionnaire:" + questionnaire_id.bytes + until.encode(), hashlib.sha256
        ).hexdigest()
