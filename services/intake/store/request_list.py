"""Requests in the line in which staff look through them: the view `request_line`, by the places of `domain/queue.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.queue import Narrowing, Place, Reach, View
from services.intake.store.consultation_requests import from_row
from shared.database import Transaction

_PLACES = {
    View.OPEN: tuple(place for place in Place if place is not Place.CLOSED),
    View.DECIDE: tuple(place for place in Place if place is not Place.CLOSED),
    View.WAITLISTED: (Place.WAITLISTED,),
    View.SCHEDULED: (Place.SCHEDULED, Place.TIME_PASSED),
    View.CLOSED: (Place.CLOSED,),
}


@dataclass(frozen=True, slots=True)
class InLine:
    request: ConsultationRequest
    sealed_reasons: bytes
    place: Place


async def page(
    tx: Transaction,
    clinic_id: UUID,
    view: View,
    by: Narrowing,
    *,
    most: int,
    skip: int = 0,
    only: Sequence[UUID] | None = None,
) -> list[InLine]:
    """`only` these requests, if they are in the view."""
    rows = await tx.fetch(
        """
        select request.*, line.place + (line.place = 5 and line.starts_at < $2)::int as place
          from consultation_request as request
          join request_line as line on line.request_id = request.id
         where request.clinic_id = $1
           and line.place + (line.place = 5 and line.starts_at < $2)::int = any ($3::int[])
           and (not $4 or line.waits)
           and ($5::text is null or request.urgency = $5)
           and ($6::boolean is null or request.reachable = $6)
           and ($7::text is null or request.entered_by = $7)
           and ($8::uuid[] is null or request.id = any ($8))
         order by place,
                  case when line.place < 5 then array_position(array['urgent', 'soon', 'routine'], request.urgency) end,
                  case when line.place < 5 then request.requested_at
                       when line.place = 5 and line.starts_at >= $2 then line.starts_at end,
                  coalesce(line.starts_at, request.requested_at) desc,
                  request.id
         limit $9 offset $10
        """,
        clinic_id,
        tx.now,
        list(_PLACES[view]),
        view is View.DECIDE,
        by.urgency,
        _reachable(by),
        by.entered_by,
        only,
        most,
        skip,
    )
    return [_from_row(row) for row in rows]


async def of_patients(tx: Transaction, clinic_id: UUID, patient_ids: Iterable[UUID]) -> list[InLine]:
    """Every request of these, whatever became of it; the newest first."""
    rows = await tx.fetch(
        """
        select request.*, line.place + (line.place = 5 and line.starts_at < $2)::int as place
          from consultation_request as request
          join request_line as line on line.request_id = request.id
         where request.clinic_id = $1 and request.patient_id = any ($3::uuid[])
         order by request.requested_at desc, request.id
        """,
        clinic_id,
        tx.now,
        list(patient_ids),
    )
    return [_from_row(row) for row in rows]


async def count(tx: Transaction, clinic_id: UUID, by: Narrowing) -> dict[View, int]:
    """How many each view shows, whatever the reason."""
    row = await tx.fetchrow(
        """
        select count(*) filter (where line.place < 7) as open,
               count(*) filter (where line.place < 7 and line.waits) as decide,
               count(*) filter (where line.place = 4) as waitlisted,
               count(*) filter (where line.place = 5) as scheduled,
               count(*) filter (where line.place = 7) as closed
          from consultation_request as request
          join request_line as line on line.request_id = request.id
         where request.clinic_id = $1
           and ($2::text is null or request.urgency = $2)
           and ($3::boolean is null or request.reachable = $3)
           and ($4::text is null or request.entered_by = $4)
        """,
        clinic_id,
        by.urgency,
        _reachable(by),
        by.entered_by,
    )
    assert row is not None
    return {View(name): number for name, number in row.items()}


def _reachable(by: Narrowing) -> bool | None:
    return None if by.reach is None else by.reach is Reach.MESSAGES


def _from_row(row: asyncpg.Record) -> InLine:
    return InLine(from_row(row), row["reasons"], Place(row["place"]))
