"""Recognise a value again without keeping it: a keyed hash, against which nobody without the key can try phone numbers."""

import hmac

from shared.keyring.sealing import secret_bytes
from shared.settings import Settings


class BlindIndex:
    """Of one service; two services' hashes of one value have nothing in common. A new SEALING_KEY recognises nothing old."""

    def __init__(self, secret: bytes, service: str) -> None:
        self._key = hmac.digest(secret, f"blind-index:{service}".encode(), "sha256")

    @classmethod
    def from_settings(cls, settings: Settings, service: str) -> "BlindIndex":
        """Raises ValueError when SEALING_KEY is missing or malformed."""
        return cls(secret_bytes(settings.sealing_key.get_secret_value(), "SEALING_KEY"), service)

    def of(self, kind: str, value: str) -> bytes:
        """32 bytes. `kind` keeps apart what may look alike, such as `email` and `mobile`."""
        return hmac.digest(self._key, f"{kind}:{value}".encode(), "sha256")
