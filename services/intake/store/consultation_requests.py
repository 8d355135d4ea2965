"""The table `consultation_request`."""

from uuid import UUID

import asyncpg

from services.intake.domain.consultation_request import (
    Clearance,
    ConsultationRequest,
    Decline,
    RequestNotFound,
    Withdrawal,
)
from services.intake.domain.fair_share import Held
from shared.database import Transaction
from shared.events.values import DayPart, DecidedBy, Disposition, Urgency, Weekday, Wishes


async def get(tx: Transaction, clinic_id: UUID, request_id: UUID) -> ConsultationRequest:
    """Raises RequestNotFound."""
    row = await tx.fetchrow(
        "select * from consultation_request where id = $1 and clinic_id = $2", request_id, clinic_id
    )
    return _found(row)


async def by_reference(tx: Transaction, clinic_id: UUID, reference: str) -> ConsultationRequest:
    """Raises RequestNotFound."""
    row = await tx.fetchrow(
        "select * from consultation_request where clinic_id = $1 and reference = $2", clinic_id, reference
    )
    return _found(row)


async def patients_of(tx: Transaction, clinic_id: UUID, reference: str) -> list[UUID]:
    """Whose request it is; nobody, when no request has this reference."""
    rows = await tx.fetch(
        "select patient_id from consultation_request where clinic_id = $1 and reference = $2", clinic_id, reference
    )
    return [row["patient_id"] for row in rows]


async def lock(tx: Transaction, clinic_id: UUID, request_id: UUID) -> ConsultationRequest:
    """The request as it is now; nobody else changes it before this transaction ends. Raises RequestNotFound."""
    row = await tx.fetchrow(
        """
        select *
          from consultation_request
         where id = $1 and clinic_id = $2
           for no key update
        """,
        request_id,
        clinic_id,
    )
    return _found(row)


async def save(tx: Transaction, request: ConsultationRequest) -> None:
    """What can change of a request."""
    await tx.execute(
        """
        update consultation_request
           set disposition = $2, cleared_at = $3, cleared_by = $4, withdrawn_at = $5, withdrawn_by = $6, version = $7,
               declined_at = $8, declined_by = $9, asked_at = $10, answered_at = $11
         where id = $1
        """,
        request.id,
        request.disposition,
        request.clearance.at if request.clearance else None,
        request.clearance.by if request.clearance else None,
        request.withdrawal.at if request.withdrawal else None,
        request.withdrawal.by if request.withdrawal else None,
        request.version,
        request.decline.at if request.decline else None,
        request.decline.by if request.decline else None,
        request.asked_at,
        request.answered_at,
    )


async def entered_by_of(tx: Transaction, request_id: UUID) -> UUID | None:
    """The member of staff who filled the form in for a caller."""
    return await tx.fetchval("select entered_by_staff from consultation_request where id = $1", request_id)


async def sealed_reasons_of(tx: Transaction, request_id: UUID) -> bytes:
    return await tx.fetchval("select reasons from consultation_request where id = $1", request_id)


async def latest_of_patient(tx: Transaction, patient_id: UUID) -> tuple[ConsultationRequest, bytes]:
    """With what they seek help for, sealed. Raises RequestNotFound."""
    row = await tx.fetchrow(
        """
        select *
          from consultation_request
         where patient_id = $1
         order by requested_at desc, id desc
         limit 1
        """,
        patient_id,
    )
    return _found(row), row["reasons"] if row else b""


def from_row(row: asyncpg.Record) -> ConsultationRequest:
    withdrawn, cleared = row["withdrawn_at"] is not None, row["cleared_at"] is not None
    return ConsultationRequest(
        id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        reference=row["reference"],
        disposition=Disposition(row["disposition"]),
        urgency=Urgency(row["urgency"]),
        wishes=Wishes(
            weekdays=tuple(Weekday(day) for day in row["weekdays"]),
            day_parts=tuple(DayPart(part) for part in row["day_parts"]),
            not_before=row["not_before"],
        ),
        reachable=row["reachable"],
        requested_at=row["requested_at"],
        entered_by=DecidedBy(row["entered_by"]),
        withdrawal=Withdrawal(DecidedBy(row["withdrawn_by"]), row["withdrawn_at"]) if withdrawn else None,
        version=row["version"],
        held=Held(row["held"]) if row["held"] else None,
        clearance=Clearance(row["cleared_by"], row["cleared_at"]) if cleared else None,
        hold_id=row["hold_id"],
        decline=Decline(row["declined_by"], row["declined_at"]) if row["declined_at"] else None,
        asked_at=row["asked_at"],
        answered_at=row["answered_at"],
    )


def _found(row: asyncpg.Record | None) -> ConsultationRequest:
    if row is None:
        raise RequestNotFound
    return from_row(row)
