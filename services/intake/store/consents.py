"""The table `consent`: what was agreed to, in which words, never changed afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.consent import PURPOSE, Channel, Consent
from services.intake.domain.consultation_request import ConsultationRequest
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class KeptConsent:
    consent: Consent
    given_at: datetime
    recorded_by: UUID | None


async def add(
    tx: Transaction, request: ConsultationRequest, consents: Sequence[Consent], recorded_by: UUID | None
) -> None:
    await tx.execute(
        """
        insert into consent
               (request_id, channel, clinic_id, purpose, wording_version, wording, given_at, recorded_by)
        select $1, channel, $2, $3, wording_version, wording, $4, $5
          from unnest($6::text[], $7::text[], $8::text[]) as agreed (channel, wording_version, wording)
        """,
        request.id,
        request.clinic_id,
        PURPOSE,
        tx.now,
        recorded_by,
        [consent.channel for consent in consents],
        [consent.wording_version for consent in consents],
        [consent.text for consent in consents],
    )


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
