"""The table `consultation`: the newest that scheduling said about each request's consultation."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from services.intake.domain.consultation import Appointment, Consultation, ConsultationState
from shared.database import Transaction
from shared.events.consultation import ConsultationDecision


async def hear(tx: Transaction, consultations: Iterable[Consultation]) -> None:
    """Keeps the newest of each, by scheduling's version, in whatever order and however often they are heard.

    Also for requests that are not known here: after a restore, or when the request was entered elsewhere, the row waits
    for it. Rows are written in one order, so that two batches never wait for each other.
    """
    newest: dict[UUID, Consultation] = {}
    for consultation in consultations:
        known = newest.get(consultation.request_id)
        if known is None or known.version < consultation.version:
            newest[consultation.request_id] = consultation
    await tx.executemany(
        """
        insert into consultation as known
               (request_id, clinic_id, consultation_id, version, state, appointment_id, revision, starts_at, ends_at,
                zone, local_start, clinician_id, decision, heard_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            on conflict (request_id) do update
           set consultation_id = excluded.consultation_id,
               version = excluded.version,
               state = excluded.state,
               appointment_id = excluded.appointment_id,
               revision = excluded.revision,
               starts_at = excluded.starts_at,
               ends_at = excluded.ends_at,
               zone = excluded.zone,
               local_start = excluded.local_start,
               clinician_id = excluded.clinician_id,
               decision = excluded.decision,
               heard_at = excluded.heard_at
         where known.version < excluded.version
        """,
        [_row(consultation, tx.now) for _, consultation in sorted(newest.items())],
    )


async def of_request(tx: Transaction, request_id: UUID) -> Consultation | None:
    return (await of_requests(tx, [request_id])).get(request_id)


async def of_requests(tx: Transaction, request_ids: Iterable[UUID]) -> dict[UUID, Consultation]:
    rows = await tx.fetch(
        """
        select request_id, clinic_id, consultation_id, version, state, appointment_id, revision, starts_at, ends_at,
               zone, local_start, clinician_id, decision
          from consultation
         where request_id = any ($1::uuid[])
        """,
        list(request_ids),
    )
    return {row["request_id"]: _from_row(row) for row in rows}


def _row(heard: Consultation, now: datetime) -> tuple[object, ...]:
    at = heard.appointment
    times = (
        (at.id, at.revision, at.starts_at, at.ends_at, at.zone, at.local_start, at.clinician_id) if at else (None,) * 7
    )
    return (
        heard.request_id,
        heard.clinic_id,
        heard.consultation_id,
        heard.version,
        heard.state,
        *times,
        heard.decision,
        now,
    )


def _from_row(row: asyncpg.Record) -> Consultation:
    appointment = None
    if row["appointment_id"] is not None:
        appointment = Appointment(
            id=row["appointment_id"],
            revision=row["revision"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            zone=row["zone"],
            local_start=row["local_start"],
            clinician_id=row["clinician_id"],
        )
    return Consultation(
        request_id=row["request_id"],
        clinic_id=row["clinic_id"],
        consultation_id=row["consultation_id"],
        version=row["version"],
        state=ConsultationState(row["state"]),
        appointment=appointment,
        decision=ConsultationDecision(row["decision"]) if row["decision"] else None,
    )
