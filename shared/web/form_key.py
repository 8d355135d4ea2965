"""The key that an HTML form carries, made when the form was shown: pressing send twice does one thing."""

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from secrets import token_bytes

from shared.clock import Clock
from shared.keyring.sealing import secret_bytes
from shared.settings import Settings
from shared.web.problems import Problem

FIELD = "form_key"
OLDEST = timedelta(hours=24)
"""As long as answers are kept: a form older than that could no longer be recognised as already sent."""
_TIME, _RANDOM, _MAC = 8, 16, 16
_LENGTH = 54
"""Characters of base64url for 40 bytes, without padding."""


class FormKeyRefused(Problem):
    status = 422
    title = "This form was not made by us"
    what_to_do = "Open the page again and fill the form in there."


class FormTooOld(Problem):
    """A page can catch it and show the form again, with the typed values and a new key."""

    status = 422
    title = "This form was open for more than a day"
    what_to_do = "Open the page again, so that you decide by what is true today."


class FormKeys:
    """Makes and checks form keys. Signed, so that nobody fills the table of answered requests with invented ones."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "FormKeys":
        """Raises ValueError when FORM_KEY is missing or malformed."""
        return cls(secret_bytes(settings.form_key.get_secret_value(), "FORM_KEY"), clock)

    def new(self) -> str:
        """For the hidden field `form_key`."""
        body = struct.pack(">Q", int(self._clock.now().timestamp())) + token_bytes(_RANDOM)
        return urlsafe_b64encode(body + self._mac(body)).decode().rstrip("=")

    def check(self, key: str) -> str:
        """The key itself when it is ours and young enough. Raises FormKeyRefused, FormTooOld."""
        try:
            raw = urlsafe_b64decode(key + "=" * (-len(key) % 4)) if key.isascii() and len(key) == _LENGTH else b""
        except ValueError:
            raw = b""
        body, mac = raw[: _TIME + _RANDOM], raw[_TIME + _RANDOM :]
        if not hmac.compare_digest(mac, self._mac(body)):
            raise FormKeyRefused
        age = self._clock.now().timestamp() - struct.unpack(">Q", body[:_TIME])[0]
        if age > OLDEST.total_seconds():
            raise FormTooOld
        # One spelling only: base64 ignores some characters, and two spellings would be two keys for one form.
        return urlsafe_b64encode(raw).decode().rstrip("=")

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, b"form:" + body, hashlib.sha256)[:_MAC]
