"""`patient`: whom scheduling knows, with the contact sealed as it came."""

from dataclasses import dataclass
from uuid import UUID

from shared.database import Transaction
from shared.events.values import ContactEnvelope


async def store(
    tx: Transaction, *, patient_id: UUID, clinic_id: UUID, contact: ContactEnvelope, reachable: bool
) -> None:
    """Replaces what is stored only by a newer version of the person."""
    await tx.execute(
        """
        insert into patient as known (patient_id, clinic_id, contact, person_version, reachable)
        values ($1, $2, $3, $4, $5)
            on conflict (patient_id) do update
           set contact = excluded.contact,
               person_version = excluded.person_version,
               reachable = excluded.reachable
         where known.person_version < excluded.person_version
        """,
        patient_id,
        clinic_id,
        contact.sealed,
        contact.person_version,
        reachable,
    )


async def is_known(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> bool:
    """Whether the clinic has this patient."""
    return await tx.fetchval(
        "select exists (select from patient where patient_id = $1 and clinic_id = $2)", patient_id, clinic_id
    )


async def lock(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> None:
    """Nobody else books for this patient before this transaction ends."""
    await tx.execute(
        "select from patient where patient_id = $1 and clinic_id = $2 for no key update", patient_id, clinic_id
    )


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """`reference` is that of the newest request: two people of one name are told apart by it."""

    id: UUID
    contact: ContactEnvelope
    reference: str | None


async def of_clinic(tx: Transaction, clinic_id: UUID) -> list[KnownPatient]:
    """Every patient of a clinic."""
    rows = await tx.fetch(
        """
        select patient_id, contact, person_version,
               (select reference from consultation as c
                 where c.patient_id = patient.patient_id
                 order by requested_at desc
                 limit 1) as reference
          from patient
         where clinic_id = $1
        """,
        clinic_id,
    )
    return [
        KnownPatient(
            row["patient_id"],
            ContactEnvelope(sealed=row["contact"], person_version=row["person_version"]),
            row["reference"],
        )
        for row in rows
    ]
