"""Authenticated encryption under a secret from the settings (Tink AES-256-GCM)."""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode

from tink import aead, proto_keyset_format, secret_key_access
from tink.proto import aes_gcm_pb2, tink_pb2

from shared.settings import DEMO_SECRET

KEY_BYTES = 32

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
    material = aes_gcm_pb2.AesGcmKey(version=0, key_value=hmac.digest(secret, purpose.encode(), hashlib.sha256))
    key = tink_pb2.Keyset.Key(
        key_id=1,
        status=tink_pb2.ENABLED,
        output_prefix_type=tink_pb2.RAW,
        key_data=tink_pb2.KeyData(
            type_url="type.googleapis.com/google.crypto.tink.AesGcmKey",
            key_material_type=tink_pb2.KeyData.SYMMETRIC,
            value=material.SerializeToString(),
        ),
    )
    keyset = tink_pb2.Keyset(primary_key_id=1, key=[key])
    return proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN).primitive(aead.Aead)
