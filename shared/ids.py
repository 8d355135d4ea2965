"""Identifiers: UUIDv7 for things, random bits for secrets."""

import hashlib
import os
import secrets
import time
from base64 import urlsafe_b64encode
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as DriversUUID  # noqa: N811 - a class under its other name

_REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: people read these out on the phone


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits, so indexes grow at one end.

    Of the driver's class, as with `read_uuid`.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return DriversUUID(value.to_bytes(16))


def read_uuid(text: str) -> UUID:
    """A UUID as the database driver makes them: equal to the standard library's, and read, hashed and sent in a tenth of
    the time, which counts where thousands come in a second. Raises ValueError."""
    return DriversUUID(text)


def new_token() -> str:
    """256 random bits for a link, as 43 characters that may stand in a path."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def token_hash(token: str) -> bytes:
    """What is stored of a link's token: enough to find it, useless to whoever steals the table."""
    return hashlib.sha256(token.encode()).digest()


def new_reference(prefix: str) -> str:
    """A short name people can say, such as `TSC-4K7Q2M`; about 7·10⁸ of them, so the store still checks uniqueness."""
    number, letters = secrets.randbelow(len(_REFERENCE_LETTERS) ** 6), ""
    for _ in range(6):
        number, letter = divmod(number, len(_REFERENCE_LETTERS))
        letters += _REFERENCE_LETTERS[letter]
    return f"{prefix}-{letters}"
