"""The table `patient`: how to reach each person, sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.database import Transaction
from shared.events.values import ContactEnvelope


@dataclass(frozen=True, slots=True)
class Patient:
    id: UUID
    clinic_id: UUID
    contact: ContactEnvelope


async def contact_of(tx: Transaction, patient_id: UUID) -> ContactEnvelope:
    """The envelope as it is now. Raises LookupError."""
    found = await contacts_of(tx, [patient_id])
    return found[patient_id]


async def contacts_of(tx: Transaction, patient_ids: Iterable[UUID]) -> dict[UUID, ContactEnvelope]:
    """The envelopes of those who are known here."""
    rows = await tx.fetch(
        "select id, contact, person_version from patient where id = any ($1::uuid[])", list(set(patient_ids))
    )
    return {row["id"]: ContactEnvelope(sealed=row["contact"], person_version=row["person_version"]) for row in rows}
