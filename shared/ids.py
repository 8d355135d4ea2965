"""Identifiers: UUIDv7 for things, random bits for secrets."""

import hashlib
import os
import secrets
import time
from base64 import urlsafe_b64encode
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as DriversUUID  # noqa: N811 - a class under its other name

_48_BITS = (1 << 48) - 1
_REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: people read these out on the phone


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, 12 of the 4096th part of one, 62 random bits.

    So indexes grow at one end, and what one process makes one after the other sorts so, within a millisecond, too (method 3
    of section 6.2, as PostgreSQL does it): a part is shorter than it takes to make one. Of the driver's class, as with
    `read_uuid`.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    parts, random = (rest << 12) // 1_000_000, int.from_bytes(os.urandom(8), "big") >> 2
    return DriversUUID(((milliseconds & _48_BITS) << 80 | 0x7 << 76 | parts << 64 | 0x2 << 62 | random).to_bytes(16))


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
