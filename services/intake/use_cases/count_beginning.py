"""How many requests one network address may begin in an hour (docs/decisions/0118)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.intake.store import done_counts
from shared.database import Transaction
from shared.keyring.blind_index import BlindIndex

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Beginnings:
    """`most` of one address in an hour; 0 counts nothing."""

    index: BlindIndex
    most: int

    async def count(self, tx: Transaction, clinic_id: UUID, network: str) -> timedelta | None:
        """None when one more may begin, else how long until it may."""
        if not self.most:
            return None
        began = tx.now.replace(minute=0, second=0, microsecond=0)
        who = self.index.of("beginning", f"{began:%Y-%m-%dT%H} {network}")
        return None if await done_counts.count(tx, clinic_id, who, self.most) else _left(began, tx.now)


def _left(began: datetime, now: datetime) -> timedelta:
    return began + HOUR - now
