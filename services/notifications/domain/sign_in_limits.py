"""How often a sign-in may be tried."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries in one WINDOW for one bucket."""

    bucket: bytes
    most: int


def limits(email: str, address: str) -> tuple[Limit, ...]:
    """Tight for one account from one address; wider for the account, so that a stranger elsewhere cannot lock somebody
    out with a few tries; wide for the address, because a clinic shares one."""
    return (
        Limit(_bucket("pair", f"{email}\n{address}"), 6),
        Limit(_bucket("account", email), 40),
        Limit(_bucket("address", address), 100),
    )


def _bucket(scope: str, text: str) -> bytes:
    return hashlib.sha256(f"{scope}:{text}".encode()).digest()
