"""The table `person_link`: whether two patients are one person, as somebody decided. Their ids are never merged."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.staff_actions import Actor
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class PersonLink:
    """`other` is the one of the two whom the look was not about."""

    other: UUID
    same: bool
    decided_name: str
    decided_at: datetime


async def of_patient(tx: Transaction, patient_id: UUID) -> dict[UUID, PersonLink]:
    rows = await tx.fetch(
        """
        select case when one = $1 then other else one end as theirs, same, decided_name, decided_at
          from person_link
         where one = $1 or other = $1
        """,
        patient_id,
    )
    return {
        row["theirs"]: PersonLink(row["theirs"], row["same"], row["decided_name"], row["decided_at"]) for row in rows
    }


async def decide(tx: Transaction, clinic_id: UUID, pair: tuple[UUID, UUID], *, same: bool, by: Actor) -> bool:
    """False when it is decided already, one way or the other."""
    one, other = sorted(pair)
    return bool(
        await tx.fetchval(
            """
            insert into person_link (one, other, clinic_id, same, decided_by, decided_name, decided_at)
            values ($1, $2, $3, $4, $5, $6, $7)
                on conflict (one, other) do nothing
            returning true
            """,
            one,
            other,
            clinic_id,
            same,
            by.id,
            by.name,
            tx.now,
        )
    )


async def undo(tx: Transaction, pair: tuple[UUID, UUID], *, same: bool) -> bool:
    """False when nothing of this kind is decided any more."""
    one, other = sorted(pair)
    return bool(
        await tx.fetchval(
            "delete from person_link where one = $1 and other = $2 and same = $3 returning true", one, other, same
        )
    )
