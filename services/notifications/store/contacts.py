"""Patients' contact envelopes, as they came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifications.domain.heard import ContactHeard
from services.notifications.store.rows import as_json, newest
from shared.database.transaction import Transaction
from shared.events.values import ContactEnvelope


async def hear(tx: Transaction, contacts: Sequence[ContactHeard]) -> None:
    """Keeps the newest envelope of each patient, and lets messages that waited for one go at once.

    So do those in a sender's hands, which may have looked just before: their sender finds them due anew (`settle`).
    """
    latest = newest(contacts, of=lambda one: one.patient_id, version=lambda one: one.person_version)
    await tx.execute(
        """
        insert into patient_contact as known (patient_id, clinic_id, sealed, person_version, heard_at)
        select patient_id, clinic_id, sealed, person_version, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (patient_id uuid, clinic_id uuid, sealed text, person_version integer)
            on conflict (patient_id) do update
           set sealed = excluded.sealed, person_version = excluded.person_version, heard_at = excluded.heard_at
         where known.person_version < excluded.person_version
        """,
        as_json(latest),
        tx.now,
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


@dataclass(frozen=True, slots=True)
class Envelopes:
    """The newest contact of a patient, and the envelope whose links lead to one request."""

    contact: ContactEnvelope
    request: ContactEnvelope | None


async def of_message(tx: Transaction, patient_id: UUID, request_id: UUID | None) -> Envelopes | None:
    """None while nothing was heard of the patient."""
    row = await tx.fetchrow(
        """
        select contact.sealed, contact.person_version,
               request.sealed as request_sealed, request.person_version as request_version
          from patient_contact contact
          left join request_known request on request.request_id = $2 and request.patient_id = contact.patient_id
         where contact.patient_id = $1
        """,
        patient_id,
        request_id,
    )
    if row is None:
        return None
    contact = ContactEnvelope(sealed=row["sealed"], person_version=row["person_version"])
    if row["request_sealed"] is None:
        return Envelopes(contact, None)
    return Envelopes(contact, ContactEnvelope(sealed=row["request_sealed"], person_version=row["request_version"]))


async def of_patients(tx: Transaction, patient_ids: Iterable[UUID]) -> dict[UUID, ContactEnvelope]:
    rows = await tx.fetch(
        "select patient_id, sealed, person_version from patient_contact where patient_id = any ($1::uuid[])",
        list(patient_ids),
    )
    return {
        row["patient_id"]: ContactEnvelope(sealed=row["sealed"], person_version=row["person_version"]) for row in rows
    }
