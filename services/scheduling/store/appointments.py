"""`appointment`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.appointment import Appointment, AppointmentState, Booking
from services.scheduling.domain.clinic import Purpose
from shared.database import Transaction


async def insert(tx: Transaction, appointment: Appointment) -> None:
    await insert_all(tx, [appointment])


async def insert_all(tx: Transaction, many: Sequence[Appointment]) -> None:
    await tx.execute(
        """
        insert into appointment (id, clinic_id, patient_id, kind, consultation_id, session_id, state, revision,
                                 starts_at, ends_at, zone, local_start, clinician_id, booked_by, version,
                                 held_until, booked_at, overridden)
        select id, clinic_id, patient_id, kind, consultation_id, session_id, state, revision,
               starts_at, ends_at, zone, local_start, clinician_id, booked_by, version,
               held_until, booked_at, string_to_array(overridden, ' ')
          from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::integer[],
                      $9::timestamptz[], $10::timestamptz[], $11::text[], $12::timestamp[], $13::uuid[], $14::uuid[],
                      $15::bigint[], $16::timestamptz[], $17::timestamptz[], $18::text[])
               as one (id, clinic_id, patient_id, kind, consultation_id, session_id, state, revision,
                       starts_at, ends_at, zone, local_start, clinician_id, booked_by, version,
                       held_until, booked_at, overridden)
        """,
        *zip(*(_inserted(one, tx.now) for one in many), strict=True),
    )


def _inserted(appointment: Appointment, now: datetime) -> tuple[object, ...]:
    """In the order of the columns that the insert names; codes have no spaces."""
    booking = appointment.booking
    return (
        appointment.id,
        booking.clinic_id,
        booking.patient_id,
        booking.purpose,
        booking.consultation_id,
        booking.session_id,
        appointment.state,
        appointment.revision,
        appointment.starts_at,
        appointment.ends_at,
        booking.zone,
        appointment.local_start,
        appointment.clinician_id,
        booking.booked_by,
        appointment.version,
        appointment.held_until,
        None if appointment.held_until else now,
        " ".join(sorted(appointment.overridden)),
    )


async def of_consultation(tx: Transaction, consultation_id: UUID) -> Appointment | None:
    """The appointment that can take place or did, locked; None when there is none, or it was cancelled or missed."""
    row = await tx.fetchrow(
        """
        select *
          from appointment
         where consultation_id = $1 and state not in ('cancelled', 'missed')
           for no key update
        """,
        consultation_id,
    )
    return None if row is None else appointment_of(row)


async def look_at(tx: Transaction, consultation_id: UUID) -> Appointment | None:
    """The newest it had, cancelled or not, only to be looked at."""
    row = await tx.fetchrow(
        "select * from appointment where consultation_id = $1 order by id desc limit 1", consultation_id
    )
    return None if row is None else appointment_of(row)


async def other_starts(tx: Transaction, patient_id: UUID, kind: Purpose, besides: UUID | None = None) -> list[datetime]:
    """When the patient's appointments of a kind start or have started, in order; for the days that must lie between. Of what
    took place it counts when it really began."""
    rows = await tx.fetch(
        """
        select coalesce(began_at, starts_at) as starts_at
          from appointment
         where patient_id = $1 and kind = $2 and state not in ('cancelled', 'missed') and id is distinct from $3
         order by 1
        """,
        patient_id,
        kind,
        besides,
    )
    return [row["starts_at"] for row in rows]


async def of_session(tx: Transaction, session_id: UUID) -> Appointment:
    """The appointment of a session, locked. Raises LookupError; every session has one."""
    row = await tx.fetchrow("select * from appointment where session_id = $1 for no key update", session_id)
    if row is None:
        raise LookupError(f"session {session_id} has no appointment")
    return appointment_of(row)


class AppointmentUnknown(LookupError):
    """The clinic has no such appointment, or it is only held for somebody who is still asking."""


async def find(tx: Transaction, clinic_id: UUID, appointment_id: UUID) -> Appointment:
    """Only to be looked at. Raises AppointmentUnknown."""
    row = await tx.fetchrow(
        "select * from appointment where id = $1 and clinic_id = $2 and state <> 'held'", appointment_id, clinic_id
    )
    if row is None:
        raise AppointmentUnknown(appointment_id)
    return appointment_of(row)


async def lock(tx: Transaction, appointment_id: UUID) -> Appointment:
    """As it is now. What it is for is locked before it. Raises AppointmentUnknown."""
    row = await tx.fetchrow(
        "select * from appointment where id = $1 and state <> 'held' for no key update", appointment_id
    )
    if row is None:
        raise AppointmentUnknown(appointment_id)
    return appointment_of(row)


async def save(tx: Transaction, appointment: Appointment) -> None:
    """What can change after booking."""
    await tx.execute(
        """
        update appointment
           set state = $2, revision = $3, version = $4, cancelled_by = $5, cancel_reason = $6,
               starts_at = $7, ends_at = $8, local_start = $9, clinician_id = $10,
               arrived_at = $11, began_at = $12, ended_at = $13, overridden = $14
         where id = $1
        """,
        appointment.id,
        appointment.state,
        appointment.revision,
        appointment.version,
        appointment.cancelled_by,
        appointment.cancel_reason,
        appointment.starts_at,
        appointment.ends_at,
        appointment.local_start,
        appointment.clinician_id,
        appointment.arrived_at,
        appointment.began_at,
        appointment.ended_at,
        sorted(appointment.overridden),
    )


async def revision_of(tx: Transaction, appointment_id: UUID) -> asyncpg.Record | None:
    """What a message is checked against just before it is sent: one row by primary key."""
    return await tx.fetchrow(
        "select id, revision, state, starts_at, zone from appointment where id = $1", appointment_id
    )


def appointment_of(row: asyncpg.Record) -> Appointment:
    return Appointment(
        id=row["id"],
        booking=Booking(
            clinic_id=row["clinic_id"],
            patient_id=row["patient_id"],
            zone=row["zone"],
            consultation_id=row["consultation_id"],
            session_id=row["session_id"],
            booked_by=row["booked_by"],
            held_for=Purpose(row["kind"]) if row["state"] == AppointmentState.HELD else None,
        ),
        state=AppointmentState(row["state"]),
        revision=row["revision"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        local_start=row["local_start"],
        clinician_id=row["clinician_id"],
        version=row["version"],
        cancelled_by=row["cancelled_by"],
        cancel_reason=row["cancel_reason"],
        held_until=row["held_until"],
        arrived_at=row["arrived_at"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        overridden=frozenset(row["overridden"]),
    )
