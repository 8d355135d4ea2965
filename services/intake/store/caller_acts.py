"""The table `caller_act`: who of staff did what with a request before it was sent. It is only added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.intake.domain.guided.unsent import RequestDraft
from services.intake.domain.staff_actions import Actor
from shared.database import Transaction
from shared.events.staff import Role


class CallerAct(StrEnum):
    BEGUN = "begun"
    CONTINUED = "continued"
    """By somebody else than whoever was at it before."""
    HANDED_OVER = "handed-over"
    """A link went to the caller."""
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class KeptCallerAct:
    act: CallerAct
    staff_id: UUID
    staff_name: str
    role: Role
    at: datetime


async def add(tx: Transaction, draft: RequestDraft, act: CallerAct, by: Actor) -> None:
    await tx.execute(
        """
        insert into caller_act (clinic_id, request_id, act, staff_id, staff_name, role, at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        draft.clinic_id,
        draft.request_id,
        act,
        by.id,
        by.name,
        by.role,
        tx.now,
    )


async def of_request(tx: Transaction, clinic_id: UUID, request_id: UUID) -> list[KeptCallerAct]:
    """In the order in which it was done."""
    return (await of_requests(tx, clinic_id, [request_id])).get(request_id, [])


async def of_requests(tx: Transaction, clinic_id: UUID, request_ids: list[UUID]) -> dict[UUID, list[KeptCallerAct]]:
    rows = await tx.fetch(
        """
        select request_id, act, staff_id, staff_name, role, at
          from caller_act
         where clinic_id = $1 and request_id = any ($2::uuid[])
         order by id
        """,
        clinic_id,
        request_ids,
    )
    found: dict[UUID, list[KeptCallerAct]] = {}
    for row in rows:
        kept = KeptCallerAct(CallerAct(row["act"]), row["staff_id"], row["staff_name"], Role(row["role"]), row["at"])
        found.setdefault(row["request_id"], []).append(kept)
    return found
