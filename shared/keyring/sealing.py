"""Authenticated encryption under a secret from the settings (Tink AES-256-GCM)."""

import binascii
import hashlib
import hmac
import json
from base64 import b64encode, urlsafe_b64decode

from tink import aead, json_proto_keyset_format, secret_key_access

from shared.settings import DEMO_SECRET

KEY_BYTES = 32
_AES_GCM_KEY_FIELD = bytes([3 << 3 | 2, KEY_BYTES])
"""Protocol buffers' tag of field 3, `key_value`, of Tink's AesGcmKey, and its length."""

aead.register()


def secret_bytes(secret: str, name: str) -> bytes:
    """The 32 bytes of a secret setting. A demo secret may be any words after `demo-`.

    Raises ValueError, naming the setting but never showing its value.
    """
    if secret.startswith(DEMO_SECRET):
        return hashlib.sha256(secret.encode()).digest()
    try:
        raw = urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ValueError(f"{name} must be {KEY_BYTES} random bytes as base64url (43 characters)")
    return raw


def aead_of(secret: bytes, purpose: str) -> aead.Aead:
    """An AEAD for one purpose. Two purposes of one secret share no key, so neither can open what the other sealed."""
    material = hmac.digest(secret, purpose.encode(), hashlib.sha256)
    key = {
        "keyId": 1,
        "status": "ENABLED",
        "outputPrefixType": "RAW",
        "keyData": {
            "typeUrl": "type.googleapis.com/google.crypto.tink.AesGcmKey",
            "keyMaterialType": "SYMMETRIC",
            "value": b64encode(_AES_GCM_KEY_FIELD + material).decode(),
        },
    }
    keyset = json.dumps({"primaryKeyId": 1, "key": [key]})
    return json_proto_keyset_format.parse(keyset, secret_key_access.TOKEN).primitive(aead.Aead)
