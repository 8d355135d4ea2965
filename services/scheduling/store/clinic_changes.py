"""`clinic_change`: who changed a clinic's data, when, from what to what."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from services.scheduling.domain.clinic import Clinic
from shared.database import Transaction

_AS_DATA = TypeAdapter(Clinic)


@dataclass(frozen=True, slots=True)
class ClinicChange:
    """`before` is None for the first set-up, `changed_by` where no person did it."""

    version: int
    changed_at: datetime
    changed_by: UUID | None
    what: str
    before: Clinic | None
    after: Clinic


async def add(tx: Transaction, before: Clinic | None, after: Clinic, *, what: str, by: UUID | None = None) -> int:
    """Keeps the change, and gives the clinic its next version."""
    version = await tx.fetchval(
        """
        with risen as (
            update clinic set version = (
                       select coalesce(max(version), 0) + 1 from clinic_change where clinic_id = $1
                   )
             where id = $1
            returning version)
        insert into clinic_change (clinic_id, version, changed_at, changed_by, what, before, after)
        select $1, version, $2, $3, $4, $5, $6
          from risen
        returning version
        """,
        after.id,
        tx.now,
        by,
        what,
        _AS_DATA.dump_python(before, mode="json") if before else None,
        _AS_DATA.dump_python(after, mode="json"),
    )
    assert isinstance(version, int)
    return version


async def newest(tx: Transaction, clinic_id: UUID, *, skip: int, most: int) -> list[ClinicChange]:
    """The newest first."""
    rows = await tx.fetch(
        """
        select version, changed_at, changed_by, what, before, after
          from clinic_change
         where clinic_id = $1
         order by version desc
        offset $2
         limit $3
        """,
        clinic_id,
        skip,
        most,
    )
    return [
        ClinicChange(
            version=row["version"],
            changed_at=row["changed_at"],
            changed_by=row["changed_by"],
            what=row["what"],
            before=_AS_DATA.validate_python(row["before"]) if row["before"] else None,
            after=_AS_DATA.validate_python(row["after"]),
        )
        for row in rows
    ]


async def as_of(tx: Transaction, clinic_id: UUID, version: int) -> Clinic | None:
    """The clinic as that version made it; None where there is no such version."""
    after = await tx.fetchval(
        "select after from clinic_change where clinic_id = $1 and version = $2", clinic_id, version
    )
    return _AS_DATA.validate_python(after) if after else None


async def made_by_staff(tx: Transaction, clinic_id: UUID) -> bool:
    """Whether a person has changed it since it was set up."""
    return await tx.fetchval(
        "select exists (select from clinic_change where clinic_id = $1 and changed_by is not null)", clinic_id
    )
