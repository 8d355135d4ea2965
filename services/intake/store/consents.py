"""What was agreed to, in which words, never changed afterwards: with a request in the table `consent`, with a change of
contact in `contact_consent`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.intake.domain.consent import PURPOSE, Channel, Consent
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class KeptConsent:
    consent: Consent
    given_at: datetime
    recorded_by: UUID | None
    """The member of staff who read it out; None when the patient ticked it."""


async def of_request(tx: Transaction, request_id: UUID) -> list[KeptConsent]:
    """What was agreed to with the request, in the order of the form."""
    rows = await tx.fetch(
        """
        select channel, wording_version, wording, given_at, recorded_by
          from consent
         where request_id = $1
         order by channel
        """,
        request_id,
    )
    return [_from_row(row) for row in rows]


async def of_patient(tx: Transaction, request_id: UUID, patient_id: UUID) -> list[KeptConsent]:
    """What was agreed to with the request, and with every change of contact since, the newest first."""
    rows = await tx.fetch(
        """
        select channel, wording_version, wording, given_at, recorded_by from consent where request_id = $1
        union all
        select channel, wording_version, wording, given_at, recorded_by from contact_consent where patient_id = $2
         order by given_at desc, channel
        """,
        request_id,
        patient_id,
    )
    return [_from_row(row) for row in rows]


async def add(
    tx: Transaction, clinic_id: UUID, patient_id: UUID, person_version: int, given: Iterable[Consent], by: UUID
) -> None:
    """Read out by staff with a change of contact."""
    await tx.executemany(
        """
        insert into contact_consent
               (patient_id, person_version, channel, clinic_id, purpose, wording_version, wording, given_at, recorded_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        [
            (patient_id, person_version, one.channel, clinic_id, PURPOSE, one.wording_version, one.text, tx.now, by)
            for one in given
        ],
    )


def _from_row(row: asyncpg.Record) -> KeptConsent:
    return KeptConsent(
        Consent(Channel(row["channel"]), row["wording_version"], row["wording"]),
        row["given_at"],
        row["recorded_by"],
    )
