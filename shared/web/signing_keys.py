"""Ed25519 keys for tokens, as JWK texts from the settings."""

import json

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.settings import DEMO_SECRET

ALGORITHM = "Ed25519"
"""The fully specified name of RFC 9864, which retires the ambiguous `EdDSA`. Nothing else is accepted."""


class TokenInvalid(Exception):
    """Not signed by whom we trust, not for us, not of this kind, or not readable. Which one stays untold."""


class TokenExpired(TokenInvalid):
    """Was good, and is over."""


def read_key(text: str, name: str, *, private: bool) -> OKPKey:
    """A key from a JWK text, which may begin with the mark of a demo secret.

    Raises ValueError, naming the setting but never showing its value.
    """
    try:
        key = OKPKey.import_key(json.loads(text.removeprefix(DEMO_SECRET)))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise ValueError(f"{name} must be an Ed25519 key as JWK") from None
    if key.as_dict().get("crv") != "Ed25519" or (private and not key.is_private):
        raise ValueError(f"{name} must be an Ed25519 {'private' if private else 'public'} key as JWK")
    return key


def new_key_pair() -> tuple[str, str]:
    """A fresh (private, public) pair as JWK texts."""
    key = OKPKey.generate_key("Ed25519")
    return json.dumps(key.as_dict(private=True)), json.dumps(key.as_dict(private=False))


def sign(key: OKPKey, kind: str, claims: dict[str, object]) -> str:
    """`kind` is the token's `typ`: a token of one kind is never taken for another."""
    return jwt.encode({"alg": ALGORITHM, "typ": kind}, claims, key, algorithms=[ALGORITHM])


def verify(key: OKPKey, kind: str, token: str, longest: int = 4096) -> dict[str, object]:
    """The claims, signature and kind checked and nothing else. Raises TokenInvalid."""
    if len(token) > longest:
        raise TokenInvalid
    try:
        read = jwt.decode(token, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise TokenInvalid from None
    if read.header.get("typ") != kind:
        raise TokenInvalid
    return read.claims
