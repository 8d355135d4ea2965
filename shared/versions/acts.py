"""The tables `…_act`: who did what with the versions of a kind. They are only added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.database import Transaction
from shared.versions.kind import Kind
from shared.versions.life import Version


class Act(StrEnum):
    DRAFTED = "drafted"
    ADDED = "added"
    EDITED = "edited"
    LEFT_OUT = "left-out"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff, as they are called now."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class KeptAct:
    act: Act
    item_id: str | None
    staff_name: str
    at: datetime


async def add(
    tx: Transaction,
    kind: Kind,
    clinic_id: UUID,
    version: Version,
    act: Act,
    by: Person,
    item_id: str | None = None,
) -> None:
    await tx.execute(
        f"""
        insert into {kind.table}_act (clinic_id, version, revision, act, item_id, staff_id, staff_name, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        clinic_id,
        version.number,
        version.revision,
        act,
        item_id,
        by.id,
        by.name,
        tx.now,
    )


async def of_version(tx: Transaction, kind: Kind, clinic_id: UUID, number: int) -> list[KeptAct]:
    """The newest first."""
    rows = await tx.fetch(
        f"""
        select act, item_id, staff_name, at
          from {kind.table}_act
         where clinic_id = $1 and version = $2
         order by id desc
        """,
        clinic_id,
        number,
    )
    return [KeptAct(Act(row["act"]), row["item_id"], row["staff_name"], row["at"]) for row in rows]
