"""Patients' contact envelopes, as they came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifications.domain.heard import ContactHeard
from services.notifications.store.rows import as_json, newest
from shared.database.transaction import Transaction
from shared.events.values import ContactEnvelope


async def hear(tx: Transaction, contacts: Sequence[ContactHeard], *, first_hand: bool = False) -> set[UUID]:
    """Keeps the newest envelope of each patient, and lets messages that waited for one go at once. Answers those of whom
    this was news and who can be reached.

    So do those in a sender's hands, which may have looked just before: their sender finds them due anew (`settle`).
    What is said of the contact itself (`first_hand`) stands over what came along with other news of the same version.
    """
    latest = newest(contacts, of=lambda one: one.patient_id, version=lambda one: one.person_version)
    rows = await tx.fetch(
        """
        insert into patient_contact as known (patient_id, clinic_id, sealed, person_version, reachable, heard_at)
        select patient_id, clinic_id, sealed, person_version, reachable, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (patient_id uuid, clinic_id uuid, sealed text, person_version bigint, reachable boolean)
            on conflict (patient_id) do update
           set sealed = excluded.sealed,
               person_version = excluded.person_version,
               reachable = excluded.reachable,
               heard_at = excluded.heard_at
         where known.person_version < excluded.person_version
            or ($3 and known.person_version = excluded.person_version)
        returning patient_id, reachable
        """,
        as_json(latest),
        tx.now,
        first_hand,
    )
    await tx.execute(
        """
        with waiting as (
             select id
               from message
              where patient_id = any ($1::uuid[])
                and (state = 'claimed'
                     or (state in ('planned', 'retrying') and reason = 'waits-for-contact' and due_at > $2))
              order by id
                for no key update
        )
        update message set due_at = $2 from waiting where message.id = waiting.id
        """,
        [one.patient_id for one in latest],
        tx.now,
    )
    return {row["patient_id"] for row in rows if row["reachable"]}


@dataclass(frozen=True, slots=True)
class Standing:
    """Which version of a patient is known, and whether it can be written to."""

    person_version: int
    reachable: bool


async def lock(tx: Transaction, patient_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """What is known of these patients; nobody changes it before this transaction ends."""
    rows = await tx.fetch(
        """
        select patient_id, person_version, reachable
          from patient_contact
         where patient_id = any ($1::uuid[])
         order by patient_id
           for no key update
        """,
        list(patient_ids),
    )
    return {row["patient_id"]: Standing(row["person_version"], row["reachable"]) for row in rows}


async def versions(tx: Transaction, patient_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Which version of these patients is known."""
    rows = await tx.fetch(
        "select patient_id, person_version from patient_contact where patient_id = any ($1::uuid[])", list(patient_ids)
    )
    return {row["patient_id"]: row["person_version"] for row in rows}


async def of_patients(tx: Transaction, patient_ids: Iterable[UUID]) -> dict[UUID, ContactEnvelope]:
    rows = await tx.fetch(
        "select patient_id, sealed, person_version from patient_contact where patient_id = any ($1::uuid[])",
        list(patient_ids),
    )
    return {
        row["patient_id"]: ContactEnvelope(sealed=row["sealed"], person_version=row["person_version"]) for row in rows
    }
