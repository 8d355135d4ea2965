"""The table `consent`: what was agreed to, in which words, never changed afterwards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.consent import Channel, Consent
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class KeptConsent:
    consent: Consent
    given_at: datetime
    recorded_by: UUID | None


async def of_request(tx: Transaction, request_id: UUID) -> list[KeptConsent]:
    rows = await tx.fetch(
        """
        select channel, wording_version, wording, given_at, recorded_by
          from consent
         where request_id = $1
         order by channel
        """,
        request_id,
    )
    return [
        KeptConsent(
            Consent(Channel(row["channel"]), row["wording_version"], row["wording"]),
            row["given_at"],
            row["recorded_by"],
        )
        for row in rows
    ]
