"""Everything a new request is made of, written in one statement.

One statement instead of five: this is the hottest path of the service, and its cost is round trips to the database, not
work in it (docs/decisions/0053). What the contact has taken of the calendar is counted in it too, under the lock of the
contact's row, so that no two requests take the last share (docs/decisions/0070).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.consent import PURPOSE, Consent
from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.fair_share import WINDOW, Held, Share
from services.intake.store.patients import Patient
from services.intake.store.request_links import LIFE, SEE_AND_WITHDRAW
from shared.database import Transaction
from shared.ids import token_hash


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request with what belongs to it. `staff_id` is who sent it for a caller, `read_out_by` who read the consents out."""

    patient: Patient
    request: ConsultationRequest
    sealed_reasons: bytes
    consents: Sequence[Consent]
    token: str
    staff_id: UUID | None
    read_out_by: UUID | None
    share: Share


async def add(tx: Transaction, new: NewRequest) -> ConsultationRequest | None:
    """The request as it is kept: held, when it is more than its contact's share.

    None when the clinic has already given this reference to another request: then ask again with a new one.
    """
    return await tx.with_others(_add_all, new)


async def _add_all(tx: Transaction, all_new: Sequence[NewRequest]) -> list[ConsultationRequest | None]:
    """One statement each, so that a contact who asks twice in one breath is counted twice; one message for all."""
    rows = await tx.fetchmany(
        """
        with person as (
            insert into patient (id, clinic_id, contact, person_version, version, created_at)
            values ($1, $2, $3, $4, 1, $5)
                on conflict (id) do nothing -- written by the try before this one, whose reference was taken
        ), taken as (
            -- Who has asked too often already is only read: a flood of one contact writes nothing and waits for nobody.
            -- In one order, so that two families with two phones between them never wait for each other.
            insert into contact_share as known (clinic_id, contact, began_at, asked, booked)
            select $2, one.contact, $5, 1, case when $26::text is null then array[$6::uuid] else '{}' end
              from (values ($27::bytea), ($31::bytea)) as one (contact) -- no array: its unknown length costs a plan a time
             where one.contact is not null
               and (select seen.began_at > $28 and seen.asked > $29
                      from contact_share as seen
                     where seen.clinic_id = $2 and seen.contact = one.contact) is not true
             order by one.contact
                on conflict (clinic_id, contact) do update
               set began_at = case when known.began_at > $28 then known.began_at else $5 end,
                   asked = case when known.began_at > $28 then known.asked + 1 else 1 end,
                   booked = with_one_more(
                       known.booked, $6::uuid, $5,
                       case when $26::text is not null or known.began_at > $28 and known.asked >= $29 then 0
                            else $30 end)
            returning asked, booked
        ), decided as (
            select coalesce($26::text,
                            case when count(*) < num_nonnulls($27::bytea, $31::bytea) or bool_or(asked > $29) then 'asked-often'
                                 when not bool_and($6 = any (booked)) then 'booked-ahead' end) as held
              from taken
        ), request as (
            insert into consultation_request
                   (id, clinic_id, patient_id, reference, disposition, held, urgency, weekdays, day_parts, not_before,
                    reachable, reasons, entered_by, entered_by_staff, requested_at, version, hold_id)
            values ($6, $2, $1, $7, case when (select held from decided) is null then $8 else 'await' end,
                    (select held from decided), $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $32)
                on conflict (clinic_id, reference) do nothing
            returning id, clinic_id, held
        ), agreed as (
            insert into consent
                   (request_id, channel, clinic_id, purpose, wording_version, wording, given_at, recorded_by)
            select request.id, said.channel, request.clinic_id, $19, said.wording_version, said.wording, $5, $33::uuid
              from request, unnest($20::text[], $21::text[], $22::text[]) as said (channel, wording_version, wording)
        ), link as (
            insert into request_link (token_hash, clinic_id, request_id, purpose, created_at, expires_at)
            select $23, request.clinic_id, request.id, $24, $5, $25
              from request
        )
        select (select held from request) as held, exists (select from request) as kept
        """,
        [_values(tx, new) for new in all_new],
    )
    return [
        new.request.hold(Held(row["held"]) if row["held"] else None) if row["kept"] else None
        for new, row in zip(all_new, rows, strict=True)
    ]


def _values(tx: Transaction, new: NewRequest) -> tuple[object, ...]:
    patient, request, share = new.patient, new.request, new.share
    return (
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
        share.held,
        share.email,
        tx.now - WINDOW,
        share.caps.asked,
        share.caps.ahead,
        share.mobile,
        request.hold_id,
        new.read_out_by,
    )
