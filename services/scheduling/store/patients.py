"""`patient`: whom scheduling knows, with the contact sealed as it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from services.scheduling.domain.consultation import ConsultationState
from shared.database import Transaction
from shared.events.consultation import ConsultationDecision
from shared.events.values import ContactEnvelope


async def store(
    tx: Transaction,
    *,
    patient_id: UUID,
    clinic_id: UUID,
    contact: ContactEnvelope,
    reachable: bool,
    first_hand: bool = False,
) -> None:
    """Replaces what is stored only by a newer version of the person.

    What is said of the contact itself (`first_hand`) stands over what came along with other news of the same version.
    """
    await tx.execute(
        """
        insert into patient as known (patient_id, clinic_id, contact, person_version, reachable)
        values ($1, $2, $3, $4, $5)
            on conflict (patient_id) do update
           set contact = excluded.contact,
               person_version = excluded.person_version,
               reachable = excluded.reachable
         where known.person_version < excluded.person_version
            or ($6 and known.person_version = excluded.person_version)
        """,
        patient_id,
        clinic_id,
        contact.sealed,
        contact.person_version,
        reachable,
        first_hand,
    )


async def store_all(tx: Transaction, heard: Sequence[tuple[UUID, UUID, ContactEnvelope, bool]]) -> None:
    """The same for many: patient, clinic, contact, and whether they can be reached.

    In one order everywhere, so that two who store the same patients never wait for each other.
    """
    newest: dict[UUID, tuple[UUID, UUID, ContactEnvelope, bool]] = {}
    for one in heard:
        known = newest.setdefault(one[0], one)
        if known[2].person_version < one[2].person_version:
            newest[one[0]] = one
    rows = [newest[patient_id] for patient_id in sorted(newest)]
    await tx.execute(
        """
        insert into patient as known (patient_id, clinic_id, contact, person_version, reachable)
        select patient_id, clinic_id, contact, person_version, reachable
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::boolean[])
               with ordinality as heard (patient_id, clinic_id, contact, person_version, reachable, place)
         order by place
            on conflict (patient_id) do update
           set contact = excluded.contact,
               person_version = excluded.person_version,
               reachable = excluded.reachable
         where known.person_version < excluded.person_version
        """,
        [patient_id for patient_id, *_ in rows],
        [clinic_id for _, clinic_id, *_ in rows],
        [contact.sealed for *_, contact, _ in rows],
        [contact.person_version for *_, contact, _ in rows],
        [reachable for *_, reachable in rows],
    )


async def is_known(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> bool:
    """Whether the clinic has this patient."""
    return await tx.with_others(_are_known, (clinic_id, patient_id))


async def _are_known(tx: Transaction, asked: Sequence[tuple[UUID, UUID]]) -> list[bool]:
    rows = await tx.fetch(
        "select clinic_id, patient_id from patient where patient_id = any ($1::uuid[])",
        [patient_id for _, patient_id in asked],
    )
    known = {(row["clinic_id"], row["patient_id"]) for row in rows}
    return [one in known for one in asked]


async def lock(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> None:
    """Nobody else books for this patient before this transaction ends."""
    tx.alone_with(patient_id)
    await tx.with_others(_lock_all, (clinic_id, patient_id))


async def _lock_all(tx: Transaction, those: Sequence[tuple[UUID, UUID]]) -> list[None]:
    """In one order everywhere, so that two who lock several never wait for each other in a circle."""
    await tx.execute(
        """
        select from patient
         where patient_id = any ($1::uuid[]) and clinic_id = any ($2::uuid[])
         order by patient_id
           for no key update
        """,
        [patient_id for _, patient_id in those],
        [clinic_id for clinic_id, _ in those],
    )
    return [None] * len(those)


class Circle(StrEnum):
    """`consulted`: whose consultation is booked or has taken place, which are those whom sessions are booked for."""

    CONSULTED = "consulted"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """A patient with their newest request, which tells two people of one name apart."""

    id: UUID
    contact: ContactEnvelope
    reference: str | None
    requested_at: datetime | None
    consultation_at: datetime | None
    """When the consultation of that request is or was, if it has a time."""
    state: ConsultationState | None
    decision: ConsultationDecision | None
    """What became of it."""


_KNOWN = """
    select patient.patient_id, contact, person_version, newest.reference, newest.requested_at, newest.state,
           (select decision from consultation_decision
             where consultation_id = newest.id
             order by number desc
             limit 1) as decision,
           (select starts_at from appointment
             where consultation_id = newest.id and state <> 'cancelled'
             order by id desc
             limit 1) as consultation_at
      from patient
      left join lateral (select id, reference, requested_at, state
                           from consultation
                          where consultation.patient_id = patient.patient_id
                          order by requested_at desc
                          limit 1) as newest on true
"""


async def page(tx: Transaction, clinic_id: UUID, circle: Circle, *, most: int, skip: int) -> list[KnownPatient]:
    """Whose request is newest comes first."""
    rows = await tx.fetch(
        _KNOWN
        + """
         where patient.clinic_id = $1 and ($2 or newest.state in ('booked', 'completed'))
         order by newest.requested_at desc nulls last, patient.patient_id
         limit $3 offset $4
        """,
        clinic_id,
        circle is Circle.ALL,
        most,
        skip,
    )
    return _known(rows)


async def count(tx: Transaction, clinic_id: UUID) -> dict[Circle, int]:
    row = await tx.fetchrow(
        """
        select count(*) as "all",
               count(*) filter (where (select state from consultation
                                        where consultation.patient_id = patient.patient_id
                                        order by requested_at desc
                                        limit 1) in ('booked', 'completed')) as consulted
          from patient
         where clinic_id = $1
        """,
        clinic_id,
    )
    assert row is not None
    return {circle: row[circle] for circle in Circle}


async def with_reference(tx: Transaction, clinic_id: UUID, reference: str) -> UUID | None:
    """Whose request has this reference, also an older one."""
    return await tx.fetchval(
        """
        select patient.patient_id
          from consultation join patient using (patient_id)
         where consultation.clinic_id = $1 and consultation.reference = $2
         order by requested_at desc
         limit 1
        """,
        clinic_id,
        reference,
    )


async def find(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> KnownPatient | None:
    rows = await tx.fetch(_KNOWN + " where patient.clinic_id = $1 and patient.patient_id = $2", clinic_id, patient_id)
    return next(iter(_known(rows)), None)


async def these(tx: Transaction, clinic_id: UUID, patient_ids: Sequence[UUID], *, most: int) -> list[KnownPatient]:
    """Those of them whom the clinic has, whose request is newest first."""
    rows = await tx.fetch(
        _KNOWN
        + """
         where patient.clinic_id = $1 and patient.patient_id = any ($2::uuid[])
         order by newest.requested_at desc nulls last, patient.patient_id
         limit $3
        """,
        clinic_id,
        list(patient_ids),
        most,
    )
    return _known(rows)


def _known(rows: Sequence[asyncpg.Record]) -> list[KnownPatient]:
    return [
        KnownPatient(
            row["patient_id"],
            ContactEnvelope(sealed=row["contact"], person_version=row["person_version"]),
            row["reference"],
            row["requested_at"],
            row["consultation_at"],
            ConsultationState(row["state"]) if row["state"] else None,
            ConsultationDecision(row["decision"]) if row["decision"] else None,
        )
        for row in rows
    ]
