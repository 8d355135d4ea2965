"""The clinic as data: `clinic`, `opening_hours`, `closure`, `room`, `resource`, `shift`, `absence`, `qualification`,
`appointment_part`, `appointment_need`, `appointment_kind`."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from services.scheduling.domain.clinic import (
    AppointmentKind,
    Clinic,
    Need,
    Part,
    Purpose,
    Qualification,
    Resource,
    ResourceKind,
    Room,
)
from services.scheduling.domain.opening import Closure, OpeningHours
from services.scheduling.domain.presence import Absence, Shift
from shared.database import Transaction
from shared.ids import read_uuid


async def find(tx: Transaction, clinic_id: UUID) -> Clinic | None:
    """Everything about a clinic in one round trip, which is one for all who ask together; None before it is set up."""
    return await tx.with_others(_find_for_all, clinic_id)


async def _find_for_all(tx: Transaction, asked: Sequence[UUID]) -> list[Clinic | None]:
    found = {clinic_id: await _find(tx, clinic_id) for clinic_id in dict.fromkeys(asked)}
    return [found[clinic_id] for clinic_id in asked]


async def _find(tx: Transaction, clinic_id: UUID) -> Clinic | None:
    row = await tx.fetchrow(
        """
        select id, name, zone, minimum_notice_minutes, horizon_days, change_notice_minutes, version,
               (select coalesce(jsonb_agg(h order by weekday, opens), '[]')
                  from opening_hours as h where clinic_id = $1) as hours,
               (select coalesce(jsonb_agg(c order by begins, name), '[]')
                  from closure as c where clinic_id = $1) as closures,
               (select coalesce(jsonb_agg(r order by name), '[]')
                  from room as r where clinic_id = $1) as rooms,
               (select coalesce(jsonb_agg(to_jsonb(r) || jsonb_build_object('out_of_role', known.staff_id is not null and not (
                            known.active and known.clinic_id = $1
                            and case r.kind when 'clinician' then 'clinician' else 'nurse' end = any (known.roles)
                       )) order by kind, name), '[]')
                  from resource as r left join staff_directory as known on known.staff_id = r.staff_id
                 where r.clinic_id = $1) as resources,
               (select coalesce(jsonb_agg(s order by of, weekday, begins, valid_from), '[]')
                  from shift as s where clinic_id = $1) as shifts,
               (select coalesce(jsonb_agg(a order by begins, ends, of), '[]')
                  from absence as a where clinic_id = $1) as absences,
               (select coalesce(jsonb_agg(q order by of, name), '[]')
                  from qualification as q where clinic_id = $1) as qualifications,
               (select coalesce(jsonb_agg(p order by position), '[]')
                  from appointment_part as p where clinic_id = $1) as parts,
               (select coalesce(jsonb_agg(n order by position), '[]')
                  from appointment_need as n where clinic_id = $1) as needs,
               (select coalesce(jsonb_object_agg(kind, days_apart), '{}')
                  from appointment_kind where clinic_id = $1) as days_apart
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
        kinds=_kinds(row["parts"], row["needs"], row["days_apart"]),
        minimum_notice=timedelta(minutes=row["minimum_notice_minutes"]),
        horizon=timedelta(days=row["horizon_days"]),
        change_notice=timedelta(minutes=row["change_notice_minutes"]),
        rooms=tuple(Room(UUID(room["id"]), room["name"]) for room in row["rooms"]),
        shifts=tuple(_shift(shift) for shift in row["shifts"]),
        absences=tuple(Absence(UUID(one["of"]), *_shown(one)) for one in row["absences"]),
        closures=tuple(Closure(*_shown(one), one["name"]) for one in row["closures"]),
        qualifications=tuple(Qualification(UUID(one["of"]), one["name"]) for one in row["qualifications"]),
        version=row["version"],
    )


def _resource(row: dict[str, Any]) -> Resource:
    return Resource(
        id=read_uuid(row["id"]),
        kind=ResourceKind(row["kind"]),
        name=row["name"],
        staff_id=read_uuid(row["staff_id"]) if row["staff_id"] else None,
        active=row["active"],
        room_id=read_uuid(row["room_id"]) if row["room_id"] else None,
        out_of_role=row["out_of_role"],
    )


def _shift(row: dict[str, Any]) -> Shift:
    valid_from, valid_until = (
        date.fromisoformat(row[end]) if row[end] else None for end in ("valid_from", "valid_until")
    )
    begins, ends = time.fromisoformat(row["begins"]), time.fromisoformat(row["ends"])
    return Shift(UUID(row["of"]), row["weekday"], begins, ends, valid_from, valid_until)


def _shown(row: dict[str, Any]) -> tuple[datetime, datetime]:
    """What the clinic's clock shows: no zone, on purpose."""
    return datetime.fromisoformat(row["begins"]), datetime.fromisoformat(row["ends"])


def _kinds(
    parts: list[dict[str, Any]], needs: list[dict[str, Any]], days_apart: dict[str, int]
) -> tuple[AppointmentKind, ...]:
    return tuple(
        AppointmentKind(
            Purpose(kind),
            tuple(Part(part["name"], part["minutes"]) for part in parts if part["kind"] == kind),
            tuple(
                Need(ResourceKind(need["resource_kind"]), need["first_part"], need["last_part"], need["qualification"])
                for need in needs
                if need["kind"] == kind
            ),
            days_apart.get(kind, 0),
        )
        for kind in sorted({part["kind"] for part in parts})
    )


async def zone_of(tx: Transaction, clinic_id: UUID) -> str:
    """UTC before the clinic is set up."""
    return await tx.fetchval("select zone from clinic where id = $1", clinic_id) or "UTC"


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
    await _save_days(tx, clinic)
    await _save_resources(tx, clinic)
    await _save_people(tx, clinic)
    await _save_kinds(tx, clinic)


async def _save_days(tx: Transaction, clinic: Clinic) -> None:
    await tx.execute("delete from opening_hours where clinic_id = $1", clinic.id)
    await tx.executemany(
        "insert into opening_hours (clinic_id, weekday, opens, closes) values ($1, $2, $3, $4)",
        [(clinic.id, hours.weekday, hours.opens, hours.closes) for hours in clinic.hours],
    )
    await tx.execute("delete from closure where clinic_id = $1", clinic.id)
    await tx.executemany(
        "insert into closure (clinic_id, begins, ends, name) values ($1, $2, $3, $4)",
        [(clinic.id, closure.begins, closure.ends, closure.name) for closure in clinic.closures],
    )


async def _save_resources(tx: Transaction, clinic: Clinic) -> None:
    await tx.executemany(
        """
        insert into room (id, clinic_id, name) values ($1, $2, $3)
            on conflict (id) do update set name = excluded.name where room.clinic_id = excluded.clinic_id
        """,
        [(room.id, clinic.id, room.name) for room in clinic.rooms],
    )
    await tx.executemany(
        """
        insert into resource (id, clinic_id, kind, staff_id, name, active, room_id)
        values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (id) do update
           set kind = excluded.kind,
               staff_id = excluded.staff_id,
               name = excluded.name,
               active = excluded.active,
               room_id = excluded.room_id
         where resource.clinic_id = excluded.clinic_id
        """,
        [(one.id, clinic.id, one.kind, one.staff_id, one.name, one.active, one.room_id) for one in clinic.resources],
    )
    await tx.execute(
        "update resource set active = false where clinic_id = $1 and id <> all ($2::uuid[])",
        clinic.id,
        [resource.id for resource in clinic.resources],
    )
    await tx.execute(
        "delete from room where clinic_id = $1 and id <> all ($2::uuid[])",
        clinic.id,
        [room.id for room in clinic.rooms],
    )


async def _save_people(tx: Transaction, clinic: Clinic) -> None:
    await tx.execute("delete from shift where clinic_id = $1", clinic.id)
    await tx.executemany(
        """
        insert into shift (clinic_id, of, weekday, begins, ends, valid_from, valid_until)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        [
            (clinic.id, one.of, one.weekday, one.begins, one.ends, one.valid_from, one.valid_until)
            for one in clinic.shifts
        ],
    )
    await tx.execute("delete from absence where clinic_id = $1", clinic.id)
    await tx.executemany(
        "insert into absence (clinic_id, of, begins, ends) values ($1, $2, $3, $4)",
        [(clinic.id, absence.of, absence.begins, absence.ends) for absence in clinic.absences],
    )
    await tx.execute("delete from qualification where clinic_id = $1", clinic.id)
    await tx.executemany(
        "insert into qualification (clinic_id, of, name) values ($1, $2, $3)",
        [(clinic.id, one.of, one.name) for one in clinic.qualifications],
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
        insert into appointment_need
               (clinic_id, kind, position, resource_kind, first_part, last_part, qualification)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        [
            (
                clinic.id,
                kind.purpose,
                position,
                need.resource_kind,
                need.first_part,
                need.last_part,
                need.qualification,
            )
            for kind in clinic.kinds
            for position, need in enumerate(kind.needs, start=1)
        ],
    )
    await tx.execute("delete from appointment_kind where clinic_id = $1", clinic.id)
    await tx.executemany(
        "insert into appointment_kind (clinic_id, kind, days_apart) values ($1, $2, $3)",
        [(clinic.id, kind.purpose, kind.days_apart) for kind in clinic.kinds],
    )


async def is_first_to_book(tx: Transaction, clinic_id: UUID) -> bool:
    """Whether nobody else gives this clinic's times out at this moment. Waits for nobody: who comes second goes on beside
    them."""
    return await tx.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"books:{clinic_id}")
