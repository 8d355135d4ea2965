"""The table `request_link`: secret addresses of patients' own pages, kept as hashes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.database import Transaction
from shared.ids import token_hash

SEE_AND_WITHDRAW = "see-and-withdraw"
"""A link serves one purpose: this one shows a request and can withdraw it."""
LIFE = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class RequestLink:
    request_id: UUID
    clinic_id: UUID
    expires_at: datetime


async def find(tx: Transaction, token: str) -> RequestLink | None:
    """Also one that has expired: the page says so instead of pretending it never was."""
    row = await tx.fetchrow(
        "select request_id, clinic_id, expires_at from request_link where token_hash = $1 and purpose = $2",
        token_hash(token),
        SEE_AND_WITHDRAW,
    )
    return RequestLink(row["request_id"], row["clinic_id"], row["expires_at"]) if row else None
