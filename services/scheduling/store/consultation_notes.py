"""`consultation_note`: what clinicians note of a consultation, sealed, in versions that are only added."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class SealedNote:
    """The highest version stands."""

    version: int
    note: bytes
    by: UUID
    at: datetime


async def add(tx: Transaction, clinic_id: UUID, consultation_id: UUID, note: SealedNote) -> None:
    """The consultation is locked."""
    await tx.execute(
        """
        insert into consultation_note (consultation_id, version, clinic_id, note, written_by, written_at)
        values ($1, $2, $3, $4, $5, $6)
        """,
        consultation_id,
        note.version,
        clinic_id,
        note.note,
        note.by,
        note.at,
    )


async def newest(tx: Transaction, consultation_id: UUID) -> int:
    """The version that stands; 0 for none."""
    return await tx.fetchval(
        "select coalesce(max(version), 0) from consultation_note where consultation_id = $1", consultation_id
    )


async def of_consultation(tx: Transaction, consultation_id: UUID) -> list[SealedNote]:
    """The one that stands first."""
    rows = await tx.fetch(
        """
        select version, note, written_by, written_at
          from consultation_note
         where consultation_id = $1
         order by version desc
        """,
        consultation_id,
    )
    return [SealedNote(row["version"], row["note"], row["written_by"], row["written_at"]) for row in rows]
