"""The table `consultation_request`."""

from uuid import UUID

import asyncpg

from services.intake.domain.consultation_request import (
    Clearance,
    ConsultationRequest,
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
    """What can change of a request: that it was cleared to be booked, or withdrawn."""
    await tx.execute(
        """
        update consultation_request
           set disposition = $2, cleared_at = $3, cleared_by = $4, withdrawn_at = $5, withdrawn_by = $6, version = $7
         where id = $1
        """,
        request.id,
        request.disposition,
        request.clearance.at if request.clearance else None,
        request.clearance.by if request.clearance else None,
        request.withdrawal.at if request.withdrawal else None,
        request.withdrawal.by if request.withdrawal else None,
        request.version,
    )


async def entered_by_of(tx: Transaction, request_id: UUID) -> UUID | None:
    """The member of staff who filled the form in for a caller."""
    return await tx.fetchval("select entered_by_staff from consultation_request where id = $1", request_id)


async def sealed_reasons_of(tx: Transaction, request_id: UUID) -> bytes:
    return await tx.fetchval("select reasons from consultation_request where id = $1", request_id)


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
    )


def _found(row: asyncpg.Record | None) -> ConsultationRequest:
    if row is None:
        raise RequestNotFound
    return from_row(row)
