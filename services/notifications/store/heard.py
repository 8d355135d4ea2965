"""The newest state of other services' things. Every upsert also locks the rows it does not change: what is decided next
in the transaction is decided on the newest state, whichever topic came first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.domain.heard import (
    AppointmentHeard,
    ConsultationEnded,
    ConsultationHeard,
    RequestHeard,
    SessionEnded,
)
from services.notifications.store.rows import as_json, newest
from shared.database.transaction import Transaction


async def hear_requests(tx: Transaction, heard: Sequence[RequestHeard]) -> dict[UUID, bool]:
    """The requests of which this was news, and whether it was the first."""
    rows = await tx.fetch(
        """
        insert into request_known as known
               (request_id, clinic_id, patient_id, reference, disposition, urgency, reachable, wishes, requested_at,
                decided_by, sealed, person_version, version, awaits, withdrawn_at, declined_at, asked_at, answered_at,
                heard_at)
        select request_id, clinic_id, patient_id, reference, disposition, urgency, reachable, wishes, requested_at,
               decided_by, sealed, person_version, version, awaits, withdrawn_at, declined_at, asked_at, answered_at, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (request_id uuid, clinic_id uuid, patient_id uuid, reference text, disposition text,
                         urgency text, reachable boolean, wishes jsonb, requested_at timestamptz,
                         decided_by text, sealed text, person_version bigint, version bigint, awaits text,
                         withdrawn_at timestamptz, declined_at timestamptz, asked_at timestamptz,
                         answered_at timestamptz)
            on conflict (request_id) do update
           set disposition = excluded.disposition,
               urgency = excluded.urgency,
               reachable = excluded.reachable,
               wishes = excluded.wishes,
               requested_at = excluded.requested_at,
               decided_by = excluded.decided_by,
               sealed = excluded.sealed,
               person_version = excluded.person_version,
               version = excluded.version,
               awaits = excluded.awaits,
               withdrawn_at = excluded.withdrawn_at,
               declined_at = excluded.declined_at,
               asked_at = excluded.asked_at,
               answered_at = excluded.answered_at,
               heard_at = excluded.heard_at
         where known.version < excluded.version
        returning request_id, xmax = 0 as first -- no transaction has replaced a row that was just inserted
        """,
        as_json(newest(heard, of=lambda one: one.request_id, version=lambda one: one.version)),
        tx.now,
    )
    return {row["request_id"]: row["first"] for row in rows}


@dataclass(frozen=True, slots=True)
class Unreached:
    """A request whose patient may have to be phoned. `wanted`: they left no other way, and the request still goes on.
    `asked`: staff have a task that waits for somebody."""

    request_id: UUID
    clinic_id: UUID
    patient_id: UUID
    requested_at: datetime
    urgency: str
    wanted: bool
    asked: bool


async def unreached(
    tx: Transaction, *, requests: Sequence[UUID] = (), patients: Sequence[UUID] = ()
) -> list[Unreached]:
    """These requests, and those of these patients, by the newest contact that is known."""
    rows = await tx.fetch(
        """
        select request.request_id, request.clinic_id, request.patient_id, request.requested_at, request.urgency,
               not contact.reachable and request.withdrawn_at is null and request.declined_at is null as wanted,
               exists (select from inbox_item
                        where kind = 'phone' and subject = request.request_id and state = 'open') as asked
          from request_known request
          join patient_contact contact using (patient_id)
         where request.request_id = any ($1::uuid[]) or request.patient_id = any ($2::uuid[])
        """,
        list(requests),
        list(patients),
    )
    return [Unreached(**row) for row in rows]


async def hear_consultations(tx: Transaction, heard: Sequence[ConsultationHeard]) -> set[UUID]:
    """The consultations of which this was news."""
    rows = await tx.fetch(
        """
        insert into consultation_known as known
               (consultation_id, clinic_id, patient_id, request_id, reference, state, appointment_id, decided_by,
                version, instead_of, decision, amended, heard_at)
        select consultation_id, clinic_id, patient_id, request_id, reference, state, appointment_id, decided_by,
               version, instead_of, decision, amended, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (consultation_id uuid, clinic_id uuid, patient_id uuid, request_id uuid, reference text,
                         state text, appointment_id uuid, decided_by text, version bigint, instead_of timestamptz,
                         decision text, amended boolean)
            on conflict (consultation_id) do update
           set state = excluded.state,
               appointment_id = excluded.appointment_id,
               decided_by = excluded.decided_by,
               version = excluded.version,
               instead_of = excluded.instead_of,
               decision = excluded.decision,
               amended = excluded.amended,
               heard_at = excluded.heard_at
         where known.version < excluded.version
        returning consultation_id
        """,
        as_json(newest(heard, of=lambda one: one.consultation_id, version=lambda one: one.version)),
        tx.now,
    )
    return {row["consultation_id"] for row in rows}


async def end_consultations(tx: Transaction, ended: Sequence[ConsultationEnded]) -> None:
    """Their appointments are over, even those whose booking was not heard yet."""
    await tx.execute(
        """
        insert into appointment_known as known
               (appointment_id, clinic_id, patient_id, kind, about_id, revision, state, ended_at, heard_at)
        select appointment_id, clinic_id, patient_id, 'consultation', consultation_id, 0, 'unknown', ended_at, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (consultation_id uuid, appointment_id uuid, clinic_id uuid, patient_id uuid, ended_at timestamptz)
            on conflict (appointment_id) do update set ended_at = coalesce(known.ended_at, excluded.ended_at)
        """,
        as_json(newest(ended, of=lambda one: one.appointment_id, version=lambda one: one.ended_at)),
        tx.now,
    )


async def hear_appointments(tx: Transaction, heard: Sequence[AppointmentHeard]) -> None:
    await tx.execute(
        """
        insert into appointment_known as known
               (appointment_id, clinic_id, patient_id, kind, about_id, request_id, revision, state, starts_at, ends_at,
                zone, local_start, decided_by, heard_at)
        select appointment_id, clinic_id, patient_id, kind, about_id, request_id, revision, state, starts_at, ends_at,
               zone, local_start, decided_by, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (appointment_id uuid, clinic_id uuid, patient_id uuid, kind text, about_id uuid,
                         request_id uuid, revision bigint, state text, starts_at timestamptz, ends_at timestamptz,
                         zone text, local_start timestamp, decided_by text)
            on conflict (appointment_id) do update
           set request_id = excluded.request_id,
               revision = excluded.revision,
               state = excluded.state,
               starts_at = excluded.starts_at,
               ends_at = excluded.ends_at,
               zone = excluded.zone,
               local_start = excluded.local_start,
               decided_by = excluded.decided_by,
               heard_at = excluded.heard_at
         where known.revision < excluded.revision
        """,
        as_json(newest(heard, of=lambda one: one.appointment_id, version=lambda one: one.revision)),
        tx.now,
    )


async def hear_ends(tx: Transaction, heard: Sequence[SessionEnded]) -> set[UUID]:
    """Sessions whose end was not known yet. Their appointments are over, even those whose booking was not heard yet."""
    one_each = newest(heard, of=lambda one: one.session_id, version=lambda one: one.ended_at)
    await tx.execute(
        """
        insert into appointment_known as known
               (appointment_id, clinic_id, patient_id, kind, about_id, revision, state, ended_at, heard_at)
        select distinct on (appointment_id)
               appointment_id, clinic_id, patient_id, 'session', session_id, 0, 'unknown', ended_at, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (session_id uuid, appointment_id uuid, clinic_id uuid, patient_id uuid, ended_at timestamptz)
         order by appointment_id
            on conflict (appointment_id) do update set ended_at = coalesce(known.ended_at, excluded.ended_at)
        """,
        as_json(one_each),
        tx.now,
    )
    rows = await tx.fetch(
        """
        insert into session_ended
               (session_id, clinic_id, patient_id, appointment_id, number, started_at, ended_at, outcome,
                worst_severity, heard_at)
        select session_id, clinic_id, patient_id, appointment_id, number, started_at, ended_at, outcome,
               worst_severity, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (session_id uuid, clinic_id uuid, patient_id uuid, appointment_id uuid, number integer,
                         started_at timestamptz, ended_at timestamptz, outcome text, worst_severity text)
            on conflict (session_id) do nothing
        returning session_id
        """,
        as_json(one_each),
        tx.now,
    )
    return {row["session_id"] for row in rows}
