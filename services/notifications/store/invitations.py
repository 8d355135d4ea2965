"""One-time links with which staff set their password. The link's secret is kept as a hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import UUID

from shared.database.transaction import Transaction

GOOD_FOR = timedelta(days=3)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that can still be used."""

    staff_id: UUID
    clinic_id: UUID
    email: str
    display_name: str
    expires_at: datetime


async def make(tx: Transaction, clinic_id: UUID, staff_id: UUID) -> str:
    """The secret part of a new link. Older links of the same person end with it."""
    secret = token_urlsafe(_SECRET_BYTES)
    await tx.execute("update invitation set used_at = $2 where staff_id = $1 and used_at is null", staff_id, tx.now)
    await tx.execute(
        """
        insert into invitation (token_hash, clinic_id, staff_id, created_at, expires_at) values ($1, $2, $3, $4, $5)
        """,
        _hash(secret),
        clinic_id,
        staff_id,
        tx.now,
        tx.now + GOOD_FOR,
    )
    return secret


async def find(tx: Transaction, secret: str) -> Invitation | None:
    """None when there is no such link, or it was used, or it is over. Looking uses nothing up."""
    row = await tx.fetchrow(
        """
        select staff.id as staff_id, staff.clinic_id, staff.email, staff.display_name, invitation.expires_at
          from invitation
          join staff on staff.id = invitation.staff_id
         where token_hash = $1 and used_at is null and expires_at > $2 and staff.active
        """,
        _hash(secret),
        tx.now,
    )
    return Invitation(**row) if row else None


async def use(tx: Transaction, secret: str) -> bool:
    """True for exactly one of several who try."""
    return bool(
        await tx.fetchval(
            """
            update invitation set used_at = $2
             where token_hash = $1 and used_at is null and expires_at > $2
            returning true
            """,
            _hash(secret),
            tx.now,
        )
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
