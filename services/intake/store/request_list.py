"""Requests as staff look through them: whoever is at risk first, then the newest."""

from enum import StrEnum
from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.store.consultation_requests import from_row
from shared.database import Transaction


class View(StrEnum):
    """`open`: somebody still has to come; also any risk that nobody has taken, whatever became of the request."""

    OPEN = "open"
    CLOSED = "closed"


async def page(
    tx: Transaction, clinic_id: UUID, view: View, *, most: int, skip: int
) -> list[tuple[ConsultationRequest, bytes]]:
    """Each request with its sealed reasons."""
    rows = await tx.fetch(
        """
        select listed.*
          from (select request.*,
                       exists (select from risk_flag as flag
                                where flag.request_id = request.id
                                  and not exists (select from alert_acknowledgement as heard
                                                   where heard.alert_id = flag.id)) as at_risk,
                       request.withdrawn_at is not null
                       or exists (select from consultation
                                   where consultation.request_id = request.id
                                     and consultation.state = 'cancelled') as closed
                  from consultation_request as request
                 where request.clinic_id = $1) as listed
         where (listed.closed and not listed.at_risk) = $2
         order by listed.at_risk desc, listed.requested_at desc, listed.id desc
         limit $3 offset $4
        """,
        clinic_id,
        view is View.CLOSED,
        most,
        skip,
    )
    return [(from_row(row), row["reasons"]) for row in rows]


async def count(tx: Transaction, clinic_id: UUID) -> dict[View, int]:
    row = await tx.fetchrow(
        """
        select count(*) as "all",
               count(*) filter (
                   where (request.withdrawn_at is not null
                          or exists (select from consultation
                                      where consultation.request_id = request.id
                                        and consultation.state = 'cancelled'))
                     and not exists (select from risk_flag as flag
                                      where flag.request_id = request.id
                                        and not exists (select from alert_acknowledgement as heard
                                                         where heard.alert_id = flag.id))) as closed
          from consultation_request as request
         where request.clinic_id = $1
        """,
        clinic_id,
    )
    assert row is not None
    return {View.OPEN: row["all"] - row["closed"], View.CLOSED: row["closed"]}
