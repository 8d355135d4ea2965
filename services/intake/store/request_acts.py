"""The table `request_act`: who did what with a request. It is only added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.staff_actions import Actor
from shared.database import Transaction
from shared.events.staff import Role
from shared.events.values import DecidedBy


class Act(StrEnum):
    ACCEPTED = "accepted"
    DECIDED = "decided"
    OVERRIDDEN = "overridden"
    ASKED = "asked"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CONTACT_CHANGED = "contact-changed"
    SAME_PERSON = "same-person"
    OTHER_PERSON = "other-person"
    UNDECIDED = "undecided"
    """A decision about two persons was taken back."""


@dataclass(frozen=True, slots=True)
class KeptAct:
    """`about` is a code, or the reference of another request. `note` is sealed; `open_note` reads it."""

    act: Act
    version: int
    by: DecidedBy
    at: datetime
    staff_id: UUID | None = None
    staff_name: str | None = None
    role: Role | None = None
    about: str | None = None
    note: bytes | None = None


async def add(
    tx: Transaction,
    request: ConsultationRequest,
    act: Act,
    by: Actor | DecidedBy,
    *,
    about: str | None = None,
    note: bytes | None = None,
) -> None:
    """`request` as it is afterwards."""
    actor = by if isinstance(by, Actor) else None
    await tx.execute(
        """
        insert into request_act
               (clinic_id, request_id, version, act, by, staff_id, staff_name, role, about, note, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        request.clinic_id,
        request.id,
        request.version,
        act,
        DecidedBy.STAFF if actor else by,
        actor.id if actor else None,
        actor.name if actor else None,
        actor.role if actor else None,
        about,
        note,
        tx.now,
    )


async def of_request(tx: Transaction, request_id: UUID) -> list[KeptAct]:
    """The newest first."""
    rows = await tx.fetch("select * from request_act where request_id = $1 order by id desc", request_id)
    return [_from_row(row) for row in rows]


def note_context(request_id: UUID, version: int) -> str:
    """Where a note is bound to: the request, at the version that the act made."""
    return f"request.act:{request_id}:{version}"


def _from_row(row: asyncpg.Record) -> KeptAct:
    return KeptAct(
        act=Act(row["act"]),
        version=row["version"],
        by=DecidedBy(row["by"]),
        at=row["at"],
        staff_id=row["staff_id"],
        staff_name=row["staff_name"],
        role=Role(row["role"]) if row["role"] else None,
        about=row["about"],
        note=row["note"],
    )
