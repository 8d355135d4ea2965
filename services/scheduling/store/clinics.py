"""The clinic as data: `clinic`, `opening_hours`, `resource`, `appointment_part`, `appointment_need`."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Part, Purpose, Resource, ResourceKind
from services.scheduling.domain.opening import OpeningHours
from shared.database import Transaction


async def find(tx: Transaction, clinic_id: UUID) -> Clinic | None:
    """Everything about a clinic in one round trip; None before it is set up."""
    row = await tx.fetchrow(
        """
        select id, name, zone, minimum_notice_minutes, horizon_days, change_notice_minutes,
               (select coalesce(jsonb_agg(h order by weekday, opens), '[]')
                  from opening_hours as h where clinic_id = $1) as hours,
               (select coalesce(jsonb_agg(r order by kind, name), '[]')
                  from resource as r where clinic_id = $1) as resources,
               (select coalesce(jsonb_agg(p order by position), '[]')
                  from appointment_part as p where clinic_id = $1) as parts,
               (select coalesce(jsonb_agg(n order by position), '[]')
                  from appointment_need as n where clinic_id = $1) as needs
          from clinic
         where id = $1
        """,
        clinic_id,
    )
    if row is None:
        return None
    return Clinic(
        id=row["id"],
        name=row["name"],
        zone=row["zone"],
        hours=tuple(
            OpeningHours(hours["weekday"], time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"]))
            for hours in row["hours"]
        ),
        resources=tuple(_resource(resource) for resource in row["resources"]),
        kinds=_kinds(row["parts"], row["needs"]),
        minimum_notice=timedelta(minutes=row["minimum_notice_minutes"]),
        horizon=timedelta(days=row["horizon_days"]),
        change_notice=timedelta(minutes=row["change_notice_minutes"]),
    )


def _resource(row: dict[str, Any]) -> Resource:
    return Resource(
        id=UUID(row["id"]),
        kind=ResourceKind(row["kind"]),
        name=row["name"],
        staff_id=UUID(row["staff_id"]) if row["staff_id"] else None,
        active=row["active"],
    )


def _kinds(parts: list[dict[str, Any]], needs: list[dict[str, Any]]) -> tuple[AppointmentKind, ...]:
    return tuple(
        AppointmentKind(
            Purpose(kind),
            tuple(Part(part["name"], part["minutes"]) for part in parts if part["kind"] == kind),
            tuple(
                Need(ResourceKind(need["resource_kind"]), need["first_part"], need["last_part"])
                for need in needs
                if need["kind"] == kind
            ),
        )
        for kind in sorted({part["kind"] for part in parts})
    )


async def lock(tx: Transaction, clinic_id: UUID) -> None:
    """One change of a clinic's data at a time, also of a clinic that is not there yet."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"clinic:{clinic_id}")


async def save(tx: Transaction, clinic: Clinic) -> None:
    """Makes the stored clinic the same as this one. A resource it no longer names stays, but is booked no more."""
    await tx.execute(
        """
        insert into clinic (id, name, zone, minimum_notice_minutes, horizon_days, change_notice_minutes)
        values ($1, $2, $3, $4, $5, $6)
            on conflict (id) do update
           set name = excluded.name,
               zone = excluded.zone,
               minimum_notice_minutes = excluded.minimum_notice_minutes,
               horizon_days = excluded.horizon_days,
               change_notice_minutes = excluded.change_notice_minutes
        """,
        clinic.id,
        clinic.name,
        clinic.zone,
        clinic.minimum_notice // timedelta(minutes=1),
        clinic.horizon.days,
        clinic.change_notice // timedelta(minutes=1),
    )
    await tx.execute("delete from opening_hours where clinic_id = $1", clinic.id)
    await tx.executemany(
        "insert into opening_hours (clinic_id, weekday, opens, closes) values ($1, $2, $3, $4)",
        [(clinic.id, hours.weekday, hours.opens, hours.closes) for hours in clinic.hours],
    )
    await _save_resources(tx, clinic)
    await _save_kinds(tx, clinic)


async def _save_resources(tx: Transaction, clinic: Clinic) -> None:
    await tx.executemany(
        """
        insert into resource (id, clinic_id, kind, staff_id, name, active)
        values ($1, $2, $3, $4, $5, $6)
            on conflict (id) do update
           set kind = excluded.kind,
               staff_id = excluded.staff_id,
               name = excluded.name,
               active = excluded.active
         where resource.clinic_id = excluded.clinic_id
        """,
        [
            (resource.id, clinic.id, resource.kind, resource.staff_id, resource.name, resource.active)
            for resource in clinic.resources
        ],
    )
    await tx.execute(
        "update resource set active = false where clinic_id = $1 and id <> all ($2::uuid[])",
        clinic.id,
        [resource.id for resource in clinic.resources],
    )


async def _save_kinds(tx: Transaction, clinic: Clinic) -> None:
    await tx.execute("delete from appointment_need where clinic_id = $1", clinic.id)
    await tx.execute("delete from appointment_part where clinic_id = $1", clinic.id)
    await tx.executemany(
        "insert into appointment_part (clinic_id, kind, position, name, minutes) values ($1, $2, $3, $4, $5)",
        [
            (clinic.id, kind.purpose, position, part.name, part.minutes)
            for kind in clinic.kinds
            for position, part in enumerate(kind.parts, start=1)
        ],
    )
    await tx.executemany(
        """
        insert into appointment_need (clinic_id, kind, position, resource_kind, first_part, last_part)
        values ($1, $2, $3, $4, $5, $6)
        """,
        [
            (clinic.id, kind.purpose, position, need.resource_kind, need.first_part, need.last_part)
            for kind in clinic.kinds
            for position, need in enumerate(kind.needs, start=1)
        ],
    )


async def is_first_to_book(tx: Transaction, clinic_id: UUID) -> bool:
    """Whether nobody else gives this clinic's times out at this moment. Waits for nobody: who comes second goes on beside
    them."""
    return await tx.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"books:{clinic_id}")
