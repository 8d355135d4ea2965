"""Appointments as a program searches for them: also those that are over, and whoever waits for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.fhir_status import Facts
from services.scheduling.domain.session import CancelReason, SessionState
from shared.database import Transaction

_GONE_IN = (
    SessionState.CHECKED_IN,
    SessionState.CLEARED,
    SessionState.INFUSING,
    SessionState.PAUSED,
    SessionState.RECOVERING,
)

_FOUND = """
    with every as (
         select a.id, a.state, a.patient_id, a.kind, a.starts_at, a.ends_at, a.version, a.changed_at, a.cancel_reason,
                a.clinician_id, a.held_until,
                coalesce(a.cancel_reason = $2, false) as by_mistake,
                coalesce(s.state = any ($3::text[]), false) as gone_in,
                coalesce(c.reference, (select newest.reference
                                         from consultation as newest
                                        where newest.patient_id = a.patient_id
                                        order by newest.requested_at desc
                                        limit 1)) as reference
           from appointment as a
           left join consultation as c on c.id = a.consultation_id
           left join session as s on s.id = a.session_id
          where a.clinic_id = $1 and (a.state <> 'held' or a.held_until > $4)
         union all
         select id, null, patient_id, 'consultation', null, null, version, null, null, null, null, false, false, reference
           from consultation
          where clinic_id = $1 and state = 'waitlisted')
"""

_RESOURCES = """
    (select array_agg(distinct resource_id)
       from resource_booking
      where appointment_id = every.id and (active or every.state in ('completed', 'missed'))) as resource_ids
"""


@dataclass(frozen=True, slots=True)
class FoundAppointment:
    """One that a program sees. Without times: somebody waits for a consultation, and `id` is that of the consultation."""

    id: UUID
    facts: Facts
    patient_id: UUID
    purpose: Purpose
    starts_at: datetime | None
    ends_at: datetime | None
    version: int
    changed_at: datetime | None
    cancel_reason: str | None
    clinician_id: UUID | None
    held_until: datetime | None
    reference: str | None
    resource_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for. Everything left out is not asked. Starts are from `first` on and before `before`; `after` is the
    last one of the page before: its start and its id."""

    facts: Sequence[Facts] | None = None
    patient_id: UUID | None = None
    staff_id: UUID | None = None
    place_id: UUID | None = None
    id: UUID | None = None
    first: datetime | None = None
    before: datetime | None = None
    changed_since: datetime | None = None
    after: tuple[datetime | None, UUID] | None = None
    most: int = 50


_FITS = """
     where ($5::uuid is null or patient_id = $5)
       and ($6::uuid is null or id = $6)
       and ($7::timestamptz is null or starts_at >= $7)
       and ($8::timestamptz is null or starts_at < $8)
       and ($9::timestamptz is null or changed_at >= $9)
       and ($10::text[] is null
            or (coalesce(state, ''), by_mistake, gone_in) in
               (select * from unnest($10::text[], $11::boolean[], $12::boolean[])))
       and ($13::uuid is null or clinician_id = $13 or exists (
            select from resource_booking as b join resource as r on r.id = b.resource_id
             where b.appointment_id = every.id and b.active and r.staff_id = $13))
       and ($14::uuid is null or exists (
            select from resource_booking as b
             where b.appointment_id = every.id and b.active and b.resource_id = $14))
"""

# Put together from the texts above, and from nothing else.
_COUNT = f"{_FOUND} select count(*) from every {_FITS}"  # noqa: S608
_PAGE = f"""
    {_FOUND}
    select every.*, {_RESOURCES}
      from every
    {_FITS}
       and ($16::uuid is null
            or (coalesce(starts_at, 'infinity'), id) > (coalesce($15::timestamptz, 'infinity'), $16))
     order by coalesce(starts_at, 'infinity'), id
     limit $17
"""  # noqa: S608


async def search(tx: Transaction, clinic_id: UUID, asked: Asked) -> tuple[int, list[FoundAppointment]]:
    """How many there are in all, and one page of them by their start; whoever waits comes last."""
    values = _values(tx, clinic_id, asked)
    total = await tx.fetchval(_COUNT, *values)
    rows = await tx.fetch(
        _PAGE,
        *values,
        *(asked.after or (None, None)),
        asked.most,
    )
    return total, [_found(row) for row in rows]


async def find(tx: Transaction, clinic_id: UUID, appointment_id: UUID) -> FoundAppointment | None:
    """None when the clinic has no such appointment."""
    _, found = await search(tx, clinic_id, Asked(id=appointment_id, most=1))
    return next(iter(found), None)


def _values(tx: Transaction, clinic_id: UUID, asked: Asked) -> list[object]:
    facts = asked.facts
    return [
        clinic_id,
        CancelReason.BOOKED_BY_MISTAKE,
        list(_GONE_IN),
        tx.now,
        asked.patient_id,
        asked.id,
        asked.first,
        asked.before,
        asked.changed_since,
        None if facts is None else [one.state or "" for one in facts],
        None if facts is None else [one.by_mistake for one in facts],
        None if facts is None else [one.gone_in for one in facts],
        asked.staff_id,
        asked.place_id,
    ]


def _found(row: asyncpg.Record) -> FoundAppointment:
    return FoundAppointment(
        id=row["id"],
        facts=Facts(AppointmentState(row["state"]) if row["state"] else None, row["by_mistake"], row["gone_in"]),
        patient_id=row["patient_id"],
        purpose=Purpose(row["kind"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        version=row["version"],
        changed_at=row["changed_at"],
        cancel_reason=row["cancel_reason"],
        clinician_id=row["clinician_id"],
        held_until=row["held_until"],
        reference=row["reference"],
        resource_ids=tuple(row["resource_ids"] or ()),
    )
