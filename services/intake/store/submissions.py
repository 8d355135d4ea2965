"""Everything a new request is made of, written in one statement.

One statement instead of four: this is the hottest path of the service, and its cost is round trips to the database, not
work in it (docs/decisions/0053).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.consent import PURPOSE, Consent
from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.store.patients import Patient
from services.intake.store.request_links import LIFE, SEE_AND_WITHDRAW
from shared.database import Transaction
from shared.ids import token_hash


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request with what belongs to it. `staff_id` is who filled it in and read the consents out, for a caller."""

    patient: Patient
    request: ConsultationRequest
    sealed_reasons: bytes
    consents: Sequence[Consent]
    token: str
    staff_id: UUID | None


async def add(tx: Transaction, new: NewRequest) -> bool:
    """False when the clinic has already given this reference to another request: then ask again with a new one."""
    patient, request = new.patient, new.request
    added = await tx.fetchval(
        """
        with person as (
            insert into patient (id, clinic_id, contact, person_version, version, created_at)
            values ($1, $2, $3, $4, 1, $5)
                on conflict (id) do nothing -- written by the try before this one, whose reference was taken
        ), request as (
            insert into consultation_request
                   (id, clinic_id, patient_id, reference, disposition, urgency, weekdays, day_parts, not_before,
                    reachable, reasons, entered_by, entered_by_staff, requested_at, version)
            values ($6, $2, $1, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
                on conflict (clinic_id, reference) do nothing
            returning id, clinic_id
        ), agreed as (
            insert into consent
                   (request_id, channel, clinic_id, purpose, wording_version, wording, given_at, recorded_by)
            select request.id, said.channel, request.clinic_id, $19, said.wording_version, said.wording, $5, $16
              from request, unnest($20::text[], $21::text[], $22::text[]) as said (channel, wording_version, wording)
        ), link as (
            insert into request_link (token_hash, clinic_id, request_id, purpose, created_at, expires_at)
            select $23, request.clinic_id, request.id, $24, $5, $25
              from request
        )
        select exists (select from request)
        """,
        patient.id,
        patient.clinic_id,
        patient.contact.sealed,
        patient.contact.person_version,
        tx.now,
        request.id,
        request.reference,
        request.disposition,
        request.urgency,
        list(request.wishes.weekdays),
        list(request.wishes.day_parts),
        request.wishes.not_before,
        request.reachable,
        new.sealed_reasons,
        request.entered_by,
        new.staff_id,
        request.requested_at,
        request.version,
        PURPOSE,
        [consent.channel for consent in new.consents],
        [consent.wording_version for consent in new.consents],
        [consent.text for consent in new.consents],
        token_hash(new.token),
        SEE_AND_WITHDRAW,
        tx.now + LIFE,
    )
    return bool(added)
