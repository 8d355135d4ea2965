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


@dataclass(frozen=True, slots=True)
class LockedPatient:
    """Nobody else changes them before this transaction ends. `version` rises with every change of contact."""

    id: UUID
    contact: ContactEnvelope
    version: int


async def lock(tx: Transaction, patient_id: UUID) -> LockedPatient:
    """Raises LookupError."""
    row = await tx.fetchrow(
        "select contact, person_version, version from patient where id = $1 for no key update", patient_id
    )
    if row is None:
        raise LookupError(patient_id)
    contact = ContactEnvelope(sealed=row["contact"], person_version=row["person_version"])
    return LockedPatient(patient_id, contact, row["version"])


async def save_contact(
    tx: Transaction, before: LockedPatient, contact: ContactEnvelope, *, reachable: bool
) -> LockedPatient:
    """By what they are recognised is then made anew, and their requests know whether a message reaches them."""
    after = LockedPatient(before.id, contact, before.version + 1)
    await tx.execute(
        "update patient set contact = $2, person_version = $3, version = $4, marked_version = null where id = $1",
        after.id,
        contact.sealed,
        contact.person_version,
        after.version,
    )
    await tx.execute("update consultation_request set reachable = $2 where patient_id = $1", after.id, reachable)
    return after


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
